using System.Globalization;

namespace Plumbline.Training;

/// <summary>What the reference of online training is: the policy as it was at one moment, or a mixture of several in log space, log π_ref = Σ w·log π.</summary>
/// <remarks>
/// The weights add up to 1. OAIF (096): the start. BPO (084): the behaviour policy. sDPO (097): the round. INPO and MNPO (107): behaviour and start, with or
/// without the earlier round; the loss is then ipo. ONPO (098) anchors at q, halfway in log space between the last policy and the q before:
/// log q = ½·behaviour + ½·(q of the round before), so ½, ¼ and what is left for the start are its first terms.
/// </remarks>
/// <param name="Start">Of the policy as it was before any training.</param>
/// <param name="Behaviour">Of the policy that wrote the answers of the step.</param>
/// <param name="Round">Of the policy at the beginning of the round.</param>
/// <param name="Earlier">Of the policy at the beginning of the round before; in the first two rounds that is the start.</param>
public sealed record AnchorMixture(double Start = 0, double Behaviour = 0, double Round = 0, double Earlier = 0)
{
    /// <summary>The names of its parts, in the order of the parameters.</summary>
    public static IReadOnlyList<string> Names { get; } = ["start", "behaviour", "round", "earlier"];

    /// <summary>Weights in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<double> Weights { get; } = new[] { Start, Behaviour, Round, Earlier } is var weights && weights.All(weight => weight is >= 0 and <= 1) && Math.Abs(weights.Sum() - 1) < 1e-6 ? weights
        : throw new ArgumentException("Weights are from 0 to 1 and add up to 1.", nameof(Start));

    /// <summary>Whether weights of earlier moments have to be kept.</summary>
    internal bool Remembers => Round > 0 || Earlier > 0;

    /// <summary>Reads one name, or names with weights such as <c>behaviour=0.67,start=0.33</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">Where it stands.</param>
    /// <exception cref="InputException">A name is not known or named twice, or the weights do not add up to 1.</exception>
    public static AnchorMixture Parse(string text, string place)
    {
        ArgumentNullException.ThrowIfNull(text);
        var weights = new double[Names.Count];
        foreach (var part in text.Split(','))
        {
            var (name, number) = part.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right) : (part.Trim(), "1");
            var which = Names.Index().Where(each => each.Item == name).Select(each => (int?)each.Index).FirstOrDefault()
                ?? throw new InputException(place, $"'{name}' is no moment that the policy can be held to.", $"There are: {string.Join(", ", Names)}; one of them, or several with weights, as in behaviour=0.67,start=0.33.");
            if (weights[which] != 0 || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) || weight is not (> 0 and <= 1))
                throw new InputException(place, weights[which] != 0 ? $"'{name}' is given twice." : $"the weight of '{name}' is '{number}'.", "Give each moment once, with a weight above 0 and at most 1.");
            weights[which] = weight;
        }
        return Math.Abs(weights.Sum() - 1) < 1e-6 ? new(weights[0], weights[1], weights[2], weights[3])
            : throw new InputException(place, string.Create(CultureInfo.InvariantCulture, $"the weights add up to {weights.Sum():G6}."), "They add up to 1.");
    }
}
