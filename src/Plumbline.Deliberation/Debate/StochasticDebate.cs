namespace Plumbline.Deliberation;

/// <summary>A debate over a computation whose steps ask an oracle that answers by chance, as people do: Alice says how likely each answer is, Bob agrees or not, and a verifier estimates the one claim that is disputed (061).</summary>
/// <remarks>
/// samples(e, q) = ⌈ln(2/q)/(2e²)⌉ answers tell a chance to within e but for a chance of q. For each step Alice claims p from samples(c, q); Bob estimates with samples((b − s)/2, q) and agrees if |p − p_B| &lt; (s + b)/2; then the next bit is drawn
/// with chance p. If he does not agree, the verifier estimates with samples((s − c)/2, v) and rules for Alice if |p − p_V| &lt; (c + s)/2, and the debate ends. Without a dispute the last bit is the result. The verifier's cost does not grow
/// with the length of the computation.
/// </remarks>
/// <param name="parameters">Tolerances and errors; those that guarantee nothing are refused.</param>
public sealed class StochasticDebate(StochasticDebateParameters parameters)
{
    private readonly StochasticDebateParameters _parameters = Valid(parameters);

    /// <summary>Debates.</summary>
    /// <param name="claim">Alice: the chance that the next answer is yes, after these.</param>
    /// <param name="agrees">Bob: whether he agrees with that chance.</param>
    /// <param name="verifier">Estimates a chance from so many answers of the oracle.</param>
    /// <param name="draws">The bits that follow agreed chances.</param>
    /// <returns>Whether the verifier accepts, and what was asked.</returns>
    public StochasticDebateResult Run(Func<IReadOnlyList<bool>, double> claim, Func<IReadOnlyList<bool>, double, bool> agrees, Func<IReadOnlyList<bool>, int, double> verifier, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(agrees);
        ArgumentNullException.ThrowIfNull(verifier);
        ArgumentNullException.ThrowIfNull(draws);
        List<bool> bits = [];
        for (var step = 0; step < _parameters.Steps; step++)
        {
            var chance = claim(bits);
            if (!(chance is >= 0 and <= 1))
                return new(false, step, 0); // a claim that is no chance is lost
            if (!agrees(bits, chance))
                return new(Math.Abs(chance - verifier(bits, _parameters.VerifierSamples)) < (_parameters.Close + _parameters.Sound) / 2, step, _parameters.VerifierSamples);
            bits.Add(draws.Chance(chance));
        }
        return new(bits[^1], null, 0);
    }

    /// <summary>Bob, honest: agrees with a chance that lies near his own estimate.</summary>
    /// <param name="estimate">Estimates a chance from so many answers of the oracle.</param>
    public Func<IReadOnlyList<bool>, double, bool> HonestBob(Func<IReadOnlyList<bool>, int, double> estimate) =>
        (bits, chance) => Math.Abs(chance - estimate(bits, _parameters.BobSamples)) < (_parameters.Sound + _parameters.Broken) / 2;

    /// <summary>Alice, honest: claims what she estimates.</summary>
    /// <param name="estimate">Estimates a chance from so many answers of the oracle.</param>
    public Func<IReadOnlyList<bool>, double> HonestAlice(Func<IReadOnlyList<bool>, int, double> estimate) => bits => estimate(bits, _parameters.AliceSamples);

    private static StochasticDebateParameters Valid(StochasticDebateParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.Validate();
        return parameters;
    }
}

/// <summary>Tolerances and errors of a <see cref="StochasticDebate"/>.</summary>
/// <param name="Steps">T, steps of the computation.</param>
/// <param name="Lipschitz">K: if every chance of the oracle changes by less than e, the chance that the machine accepts changes by less than K e.</param>
public sealed record StochasticDebateParameters(int Steps, double Lipschitz)
{
    /// <summary>c: how near an honest claim is; 1/(100 K) if not set.</summary>
    public double Close { get; init; } = 0.01 / Lipschitz;

    /// <summary>s: how near a claim must be for the verifier to be sure to side with it; 2/(100 K) if not set.</summary>
    public double Sound { get; init; } = 0.02 / Lipschitz;

    /// <summary>b: how far a claim must be for Bob to be sure to object; 5/(100 K) if not set.</summary>
    public double Broken { get; init; } = 0.05 / Lipschitz;

    /// <summary>v: how likely the verifier errs; 1/100 if not set.</summary>
    public double VerifierError { get; init; } = 0.01;

    /// <summary>q: how likely a debater errs at a step; 1/(100 T) if not set.</summary>
    public double DebaterError { get; init; } = 0.01 / Steps;

    /// <summary>w: the machine accepts with at least this chance, or rejects with it.</summary>
    public double Margin { get; init; } = 2.0 / 3;

    /// <summary>d: how often the honest side is to win at least.</summary>
    public double Decision { get; init; } = 0.6;

    /// <summary>What an honest Alice asks the oracle at each step.</summary>
    public int AliceSamples => Samples(Close, DebaterError);

    /// <summary>What an honest Bob asks at each step.</summary>
    public int BobSamples => Samples((Broken - Sound) / 2, DebaterError);

    /// <summary>What the verifier asks at most, in all.</summary>
    public int VerifierSamples => Samples((Sound - Close) / 2, VerifierError);

    /// <summary>⌈ln(2/q)/(2e²)⌉: answers that tell a chance to within <paramref name="within"/> but for a chance of <paramref name="error"/> (Hoeffding).</summary>
    public static int Samples(double within, double error) => (int)Math.Ceiling(Math.Log(2 / error) / (2 * within * within));

    /// <summary>Refuses parameters with which the honest side need not win.</summary>
    /// <exception cref="ArgumentException">Says which condition fails.</exception>
    public void Validate()
    {
        if (Steps < 1 || !(Lipschitz > 0))
            throw new ArgumentException("A computation has one step at least, and its K is above 0.");
        Require(Close > 0 && Close < Sound && Sound < Broken, "0 < c < s < b");
        Require(DebaterError > 0 && DebaterError <= VerifierError && VerifierError <= 1, "0 < q ≤ v ≤ 1");
        Require(Lipschitz * Broken <= Margin, "K b ≤ w");
        Require(Decision <= (1 - VerifierError) * (Margin - (Lipschitz * Close) - (DebaterError * Steps)), "d ≤ (1 − v)(w − K c − q T)");
        Require(Decision <= (1 - VerifierError) * (1 - (DebaterError * Steps)) * (Margin - (Lipschitz * Broken)), "d ≤ (1 − v)(1 − q T)(w − K b)");

        static void Require(bool holds, string condition)
        {
            if (!holds)
                throw new ArgumentException($"With these parameters the honest side need not win: {condition} does not hold.");
        }
    }
}

/// <summary>How a debate ended.</summary>
/// <param name="Accepts">Whether Alice's side won: the machine accepts.</param>
/// <param name="Disputed">The step that was disputed, from 0, or null.</param>
/// <param name="VerifierQueries">What the verifier asked the oracle.</param>
public sealed record StochasticDebateResult(bool Accepts, int? Disputed, int VerifierQueries);
