using System.Globalization;

namespace Plumbline.Deliberation.Tests.Debate;

public sealed class DebateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory] // worked out with the formula of the paper by hand: ⌈ln(2/q)/(2e²)⌉
    [InlineData(10, 1, 38005, 16891, 105967)]
    [InlineData(100, 1, 49518, 22008, 105967)]
    [InlineData(1000, 1, 61031, 27125, 105967)]
    [InlineData(10, 2, 152019, 67564, 423866)]
    public void What_is_asked_grows_with_the_logarithm_of_the_steps_and_the_verifiers_part_does_not(int steps, double k, int alice, int bob, int verifier)
    {
        var parameters = new StochasticDebateParameters(steps, k);
        parameters.Validate();
        Assert.Equal((alice, bob, verifier), (parameters.AliceSamples, parameters.BobSamples, parameters.VerifierSamples));
    }

    [Fact]
    public void Lighter_parameters_ask_less_and_guarantee_less()
    {
        var light = new StochasticDebateParameters(10, 1) { Close = 0.03, Sound = 0.06, Broken = 0.10, VerifierError = 0.02, DebaterError = 0.002, Decision = 0.54 };
        light.Validate();
        Assert.Equal(10234, light.VerifierSamples);
        Assert.Throws<ArgumentException>((light with { Decision = 0.55 }).Validate);
        Assert.Throws<ArgumentException>((light with { Close = 0.07 }).Validate);
        Assert.Throws<ArgumentException>((light with { Broken = 0.7 }).Validate);
    }

    [Fact]
    public void A_claim_is_judged_by_the_verifiers_threshold_and_agreed_to_by_Bobs() // swapped they void the guarantee
    {
        var debate = new StochasticDebate(new StochasticDebateParameters(1, 1)); // c, s, b = 0.01, 0.02, 0.05: Bob agrees within 0.035, the verifier within 0.015
        static double Truth(IReadOnlyList<bool> bits, int samples) => 0.5;
        Assert.True(debate.HonestBob(Truth)([], 0.534));
        Assert.False(debate.HonestBob(Truth)([], 0.536));
        Assert.True(debate.Run(_ => 0.514, (_, _) => false, Truth, new Draws(1, "test")).Accepts);
        Assert.False(debate.Run(_ => 0.516, (_, _) => false, Truth, new Draws(1, "test")).Accepts);
        Assert.False(debate.Run(_ => double.NaN, (_, _) => true, Truth, new Draws(1, "test")).Accepts);
    }

    /// <summary>Adds 1 to 8, one by one: the question of a step is a sum of two numbers.</summary>
    private static readonly StepMachine Sum = new(8, steps => $"{(steps.Count == 0 ? "0" : steps[^1])} + {steps.Count + 1}");

    private static Task<string> Right(string question, CancellationToken cancel) => Task.FromResult($"{question.Split(" + ").Sum(part => int.Parse(part, CultureInfo.InvariantCulture))}");

    [Fact]
    public async Task An_honest_Alice_wins_against_any_objection_and_the_verifier_looks_once()
    {
        for (int? named = null; named is null or < 10; named = named is null ? -1 : named + 1)
        {
            var looked = 0;
            var result = await StepDebate.RunAsync(Sum, Right, (_, _, _) => Task.FromResult(named), (question, cancel) =>
            {
                looked++;
                return Right(question, cancel);
            }, Cancel);
            Assert.Equal("36", result.Result);
            Assert.Equal(named is >= 0 and < 8 ? 1 : 0, looked);
        }
    }

    [Fact]
    public async Task A_lie_at_any_step_is_found_by_an_honest_Bob()
    {
        for (var lie = 0; lie < 8; lie++)
        {
            var step = 0;
            var result = await StepDebate.RunAsync(Sum, async (question, cancel) => step++ == lie ? "99" : await Right(question, cancel), StepDebate.Checking(Right), Right, Cancel);
            Assert.Null(result.Result);
            Assert.Equal(lie, result.Named); // what follows from the lie is right in itself
        }
    }
}
