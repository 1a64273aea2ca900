using System.Text.Json;
using FsCheck.Xunit;
using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

/// <summary>Every objective against values that a Python script worked out from the formulas of the papers, and against finite differences.</summary>
public sealed class NamedObjectivesTests
{
    public static TheoryData<string> PairNames => [.. NamedObjectives.All.Where(each => each.TakesPairs).Select(each => each.Name)];

    public static TheoryData<string> PointNames => [.. NamedObjectives.All.Where(each => each.TakesAnswers).Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(PairNames))]
    public void Losses_of_pairs_are_those_of_the_formulas(string name)
    {
        using var scope = NewDisposeScope();
        var cases = LossFixture.Pairs.Where(item => item.GetProperty("name").GetString() == name).ToArray();
        Assert.True(cases.Length >= 4);
        foreach (var item in cases)
        {
            var (loss, expected) = (NamedObjectives.Find(name).Pair(LossFixture.Settings(item), "test"), LossFixture.Numbers(item, "perPair"));
            var pairs = LossFixture.Batch(item.GetProperty("batch").GetString()!);
            Assert.Equal(expected, LossFixture.Values(loss.PerPair(pairs)), (a, b) => Math.Abs(a - b) < 1e-9);
            Assert.Equal(expected.Average(), loss.Compute(pairs).Value.item<double>(), 1e-9);
        }
    }

    [Theory] // section 1.6 of the cards, rounded there to six places
    [InlineData("dpo", 0.644397, 0.474077)]
    [InlineData("cdpo", 0.654397, 0.524077)]
    [InlineData("robust-dpo", 0.631897, 0.411577)]
    [InlineData("hinge", 0.9, 0.5)]
    [InlineData("ipo", 16, 0)]
    [InlineData("nca", 1.361819, 1.274386)]
    [InlineData("bco", 1.336944, 1.152494)]
    [InlineData("apo-zero", 0.975006, 0.875723)]
    [InlineData("apo-down", 0.985019, 0.927375)]
    [InlineData("sppo", 40.52, 0.52)]
    [InlineData("ipo", 22.246944, 0.513611, "perToken", 1)]
    [InlineData("cpo", 0.620957, 0.386871, "alpha", 0)]
    public void The_hand_batch_comes_to_the_numbers_on_the_card(string name, double tenth, double half, string? setting = null, double value = 0)
    {
        foreach (var (beta, expected) in new[] { (0.1, tenth), (0.5, half) })
        {
            var settings = new Dictionary<string, double> { ["beta"] = beta };
            if (setting is not null)
                settings[setting] = value;
            Assert.Equal(expected, NamedObjectives.Find(name).Pair(settings, "test").Compute(LossFixture.Batch("H1")).Value.item<double>(), 5e-7);
        }
    }

    [Theory]
    [MemberData(nameof(PointNames))]
    public void Losses_of_answers_are_those_of_the_formulas(string name)
    {
        using var scope = NewDisposeScope();
        var cases = LossFixture.Points.Where(item => item.GetProperty("name").GetString() == name).ToArray();
        Assert.True(cases.Length >= 10);
        foreach (var item in cases)
        {
            var loss = NamedObjectives.Find(name).Point(LossFixture.Settings(item), "test");
            Assert.Equal(LossFixture.Numbers(item, "perAnswer"), LossFixture.Values(loss.PerAnswer(LossFixture.Answers(item, loss.Baseline))), (a, b) => Math.Abs(a - b) < 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(PairNames))]
    public void Gradients_of_pairs_agree_with_finite_differences(string name)
    {
        foreach (var item in LossFixture.Pairs.Where(item => item.GetProperty("name").GetString() == name && item.GetProperty("batch").GetString() == "random"))
        {
            using var scope = NewDisposeScope();
            var loss = NamedObjectives.Find(name).Pair(LossFixture.Settings(item), "test");
            var pairs = LossFixture.Batch("random");
            CheckGradient(pairs.Chosen, moved => loss.Compute(pairs with { Chosen = moved }).Value);
            CheckGradient(pairs.Rejected, moved => loss.Compute(pairs with { Rejected = moved }).Value);
            if (pairs.Shared is { } shared && loss.Needs.HasFlag(PairColumns.Shared))
                CheckGradient(shared.Chosen, moved => loss.Compute(pairs with { Shared = shared with { Chosen = moved } }).Value);
        }
    }

    [Theory]
    [MemberData(nameof(PointNames))]
    public void Gradients_of_answers_agree_with_finite_differences(string name)
    {
        foreach (var item in LossFixture.Points.Where(item => item.GetProperty("name").GetString() == name))
        {
            using var scope = NewDisposeScope();
            var loss = NamedObjectives.Find(name).Point(LossFixture.Settings(item), "test");
            var answers = LossFixture.Answers(item, loss.Baseline);
            CheckGradient(answers.Policy, moved => loss.Compute(answers with { Policy = moved }).Value);
        }
    }

    [Property(MaxTest = 20)] // identity 9
    public void The_order_of_pairs_does_not_matter(int seed)
    {
        using var scope = NewDisposeScope();
        var order = new Draws(seed, "order").Shuffle(Enumerable.Range(0, 6));
        foreach (var objective in NamedObjectives.All.Where(each => each.TakesPairs))
        {
            var loss = objective.Pair(new Dictionary<string, double>(), "test");
            Assert.Equal(loss.Compute(LossFixture.Batch("random")).Value.item<double>(), loss.Compute(LossFixture.Batch("random", order)).Value.item<double>(), 1e-9);
        }
    }

    [Property(MaxTest = 20)] // single precision, ratios up to ±3000, answers that are certain: nothing becomes infinite that the formula does not make so
    public void Losses_and_gradients_stay_numbers_in_single_precision(int seed)
    {
        using var scope = NewDisposeScope();
        var draws = new Draws(seed, "extreme");
        var columns = Enumerable.Range(0, 4).Select(_ => tensor(Enumerable.Range(0, 5).Select(_ => (float)-draws.Between(0, 3000)).ToArray())).ToArray();
        foreach (var objective in NamedObjectives.All.Where(each => each.TakesPairs && each.Name != "wpo"))
        {
            var chosen = columns[0].clone().requires_grad_(true);
            var pairs = new PairLogProbs(chosen, columns[1], columns[2], columns[3], ones(5).Times(3), ones(5).Times(4)) { Gap = ones(5), Shared = new(chosen.Times(0.5), columns[1], columns[2], columns[3]) };
            var loss = objective.Pair(new Dictionary<string, double>(), "test").Compute(pairs).Value;
            loss.backward();
            Assert.True(loss.isfinite().item<bool>(), $"{objective.Name}: {loss.item<float>()}");
            Assert.True(chosen.grad!.isfinite().all().item<bool>(), $"{objective.Name}: its gradient");
        }
    }

    [Fact]
    public void Names_of_other_libraries_are_known_and_misspelt_ones_are_answered()
    {
        Assert.Equal("exo", NamedObjectives.Find("exo_pair").Name);
        Assert.Equal("dpo", NamedObjectives.Find("sigmoid").Name);
        Assert.Equal(new DirectPreferenceOptimization(0.3, 0.1), NamedObjectives.Find("DPO").Pair(new Dictionary<string, double> { ["beta"] = 0.3, ["labelSmoothing"] = 0.1 }, "test"));
        Assert.Contains("Did you mean 'simpo'?", Assert.Throws<InputException>(() => NamedObjectives.Find("simpoo")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("simpo", "labelSmoothing", 0.1, "no such setting", "beta, gamma")]
    [InlineData("dpo", "beta", 0, "it is 0", "greater than 0")]
    [InlineData("exo", "labelSmoothing", 0, "it is 0", "above 0 and below 0.5")]
    [InlineData("ipo", "perToken", 0.5, "it is 0.5", "0 (no) or 1 (yes)")]
    [InlineData("f-dpo-alpha", "alpha", 1.5, "it is 1.5", "from 0 to 1")]
    public void A_setting_that_means_nothing_is_refused_by_name(string loss, string setting, double value, params string[] words)
    {
        var problem = Assert.Throws<InputException>(() => NamedObjectives.Find(loss).Pair(new Dictionary<string, double> { [setting] = value }, "here"));
        Assert.Equal($"here: {setting}", problem.Place);
        Assert.All(words, word => Assert.Contains(word, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Losses_without_a_reference_say_so() =>
        Assert.Equal(["cpo", "simpo", "alphapo", "orpo"], NamedObjectives.All.Where(each => each.TakesPairs && !each.Columns.HasFlag(PairColumns.Reference)).Select(each => each.Name));

    private static void CheckGradient(Tensor column, Func<Tensor, Tensor> loss)
    {
        const double Step = 1e-6;
        var moved = column.detach().clone().requires_grad_(true);
        loss(moved).backward();
        var gradient = moved.grad is null ? new double[column.numel()] : LossFixture.Values(moved.grad);
        var numbers = LossFixture.Values(column);
        foreach (var (index, slope) in gradient.Index())
        {
            double At(double by)
            {
                var other = numbers.ToArray();
                other[index] += by;
                return loss(tensor(other)).item<double>();
            }
            Assert.Equal((At(Step) - At(-Step)) / (2 * Step), slope, 1e-6 * (1 + Math.Abs(slope)));
        }
    }
}
