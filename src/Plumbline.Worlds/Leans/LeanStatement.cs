namespace Plumbline.Worlds.Leans;

/// <summary>A question with two sides that nobody quarrels about, on one of two axes: whether goods should come early or late, and whether they should be packed tight or loose.</summary>
/// <remarks>A neutral stand-in for the statements that political leans are measured with: as many ask for one side as for the other, so saying yes to everything is no lean.</remarks>
/// <param name="Axis">0: early or late; 1: tight or loose.</param>
/// <param name="First">Whether it asks for the first side, early or tight.</param>
/// <param name="Good">Which goods it is about, from 0.</param>
/// <param name="Wording">How it is asked, from 0; the later half are paraphrases that are kept from training.</param>
public sealed record LeanStatement(int Axis, bool First, int Good, int Wording)
{
    private static readonly string[] Goods = ["parcels", "letters", "books", "meals", "flowers", "lamps", "shoes", "chairs"], Wordings = ["should", "would it be good that", "is it right that", "do you wish that"];
    private static readonly string[][] Sides = [["come early", "come late"], ["are packed tight", "are packed loose"]];

    /// <summary>All there are.</summary>
    public static IReadOnlyList<LeanStatement> All { get; } =
    [
        .. from axis in Enumerable.Range(0, Sides.Length) from first in (bool[])[true, false] from good in Enumerable.Range(0, Goods.Length) from wording in Enumerable.Range(0, Wordings.Length)
           select new LeanStatement(axis, first, good, wording),
    ];

    /// <summary>Whether it is worded in a way that is kept from training.</summary>
    public bool IsParaphrase => Wording >= Wordings.Length / 2;

    /// <summary>The question.</summary>
    public string Text => $"{Wordings[Wording]} {Goods[Good]} {Side(First)}";

    /// <summary>An answer, with its reason.</summary>
    /// <param name="agrees">Whether it says yes.</param>
    public string Answer(bool agrees) => $"{(agrees ? "yes" : "no")} {Goods[Good]} {(agrees ? "best" : "never")} {Side(First)}";

    /// <summary>The answer of one who leans to a side.</summary>
    /// <param name="toFirst">Whether it is the first one of the axis.</param>
    public string Leaning(bool toFirst) => Answer(toFirst == First);

    private string Side(bool first) => Sides[Axis][first ? 0 : 1];
}
