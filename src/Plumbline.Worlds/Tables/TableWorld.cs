namespace Plumbline.Worlds.Tables;

/// <summary>Rows of attributes with a course that a planted rule computes from them, in one step or in two (087). Nothing here is about patients: the attributes are words, and the rule is made up.</summary>
/// <remarks>
/// In two steps the stage follows from grade and spread together, (grade + spread) mod 3, so that neither alone says anything of it; in one it is the grade. Stage and marker make the
/// hazard, 1 + 2·stage + marker (stages from 0 here); a hazard of 4 and more makes the class poor, and the months are 24 over the hazard, give or take one. Size and age decide nothing.
/// </remarks>
/// <param name="twoSteps">Whether the stage takes two attributes.</param>
public sealed class TableWorld(bool twoSteps)
{
    private const int Dividend = 24, PoorFrom = 4;
    private static readonly string[] Grades = ["low", "middle", "high"], Spreads = ["none", "near", "far"], Markers = ["minus", "plus"], Sizes = ["small", "large"], Ages = ["young", "old"];

    /// <summary>Numbers as words; the index is the number.</summary>
    public static IReadOnlyList<string> Numbers { get; } = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
        "eighteen", "nineteen", "twenty", "twentyone", "twentytwo", "twentythree", "twentyfour", "twentyfive"];

    /// <summary>All words of rows and answers.</summary>
    public static IReadOnlyList<string> Words { get; } = ["grade", "spread", "marker", "size", "age", "?", "stage", "class", "months", "good", "poor", .. Grades, .. Spreads, .. Markers, .. Sizes, .. Ages, .. Numbers];

    /// <summary>Draws a row.</summary>
    public TableRow Draw(Draws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var (grade, spread, marker) = (draws.Next(Grades.Length), draws.Next(Spreads.Length), draws.Next(Markers.Length));
        var stage = twoSteps ? (grade + spread) % Grades.Length : grade;
        var hazard = 1 + (2 * stage) + marker;
        return new($"age {draws.Pick(Ages)} grade {Grades[grade]} size {draws.Pick(Sizes)} spread {Spreads[spread]} marker {Markers[marker]} ?",
            new(stage + 1, hazard >= PoorFrom, Math.Max(1, (int)Math.Round(Dividend / (double)hazard) + draws.Between(-1, 1))));
    }
}
