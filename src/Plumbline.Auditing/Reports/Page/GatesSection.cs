namespace Plumbline.Auditing.Reports.Page;

/// <summary>The release gates with their levels and thresholds (002).</summary>
internal static class GatesSection
{
    public static Html Write(Scorecard card) => Html.Of($"""
        <p><strong>{(card.Deploy ? "Deploy." : "Hold.")}</strong> A gate is open up to level {Figures.Words(card.Highest)}; what was not measured holds. Neither safety nor usefulness alone is a score: both have a gate.</p>
        {Wording.Table("Gates for the last arm", ["Gate", "Risk", "Level", "Cannot be ruled out", "Medium, high, critical from", "Gate is"], card.Results.Select(result => Wording.Row(
            Wording.Text(result.Gate.Title), Wording.Text(Figures.Percent(result.Risk)), Level(result.Level), Html.Of($"{Figures.Percent(result.WorstRisk)}, {Figures.Words(result.WorstLevel)}"),
            Html.Of($"{Figures.Percent(result.Gate.Medium)}, {Figures.Percent(result.Gate.High)}, {Figures.Percent(result.Gate.Critical)}"), Wording.Text(result.IsOpen(card.Highest) ? "open" : "closed"))))}
        <p class="note">Risk is the rate of what should not be. The level is of the estimate; what cannot be ruled out is the worse end of its 95 % interval: more requests narrow it.</p>
        """);

    private static Html Level(RiskLevel level) => Html.Of($"<span class=\"level level-{Figures.Words(level)}\">{Figures.Words(level)}</span>");
}
