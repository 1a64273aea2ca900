namespace Plumbline.Auditing.Reports.Page;

/// <summary>The checklist of every report; a question without an answer is seen to have none.</summary>
internal static class ChecklistSection
{
    public static Html Write(Evidence evidence) => Html.Of($"""
        <ol class="checklist">{evidence.Checklist.Select(entry => Html.Of($"""
        <li><h3>{entry.Question.Topic}</h3><p class="question">{entry.Question.Question}</p>{(entry.Answers.Count == 0 ? Html.Of($"<p class=\"gap\">Not answered.</p>") : Html.Join(entry.Answers.Select(answer => Html.Of($"<p>{answer}</p>"))))}</li>

        """))}</ol>
        """);
}
