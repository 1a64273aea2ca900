namespace Plumbline.Auditing.Taxonomy;

/// <summary>A question that every report answers, or is seen not to answer.</summary>
/// <param name="Number">1 to 9.</param>
/// <param name="Topic">One or two words.</param>
/// <param name="Question">The question.</param>
/// <param name="Papers">Numbers of the seed papers that ask it.</param>
public sealed record ChecklistQuestion(int Number, string Topic, string Question, IReadOnlyList<int> Papers);

/// <summary>The nine questions of every report.</summary>
public static class Checklist
{
    /// <summary>The questions, in order.</summary>
    public static IReadOnlyList<ChecklistQuestion> Questions { get; } =
    [
        new(1, "Level", "Which of instruction, preference and value is each suite about?", [7]),
        new(2, "Objective", "Who wrote the specification, and what share of the items is covered by no clause, by agreeing clauses, by conflicting clauses?", [10, 53]),
        new(3, "Signal", "Did labels come from people, a stronger model, the model itself or an environment, and which judge shares a family with the subject?", [93]),
        new(4, "Before and after", "Were the base, tuned and aligned checkpoints asked the same items?", [14, 52, 72, 88]),
        new(5, "Pressure", "What is the worst case over variants, beside the mean?", [1, 2, 6, 95, 100]),
        new(6, "People", "How do users learn what the system can do, contest an output, change the specification?", [11]),
        new(7, "Assurance", "Which of behavioural test, inspection of internals, human value check and governance record is present?", [16, 89]),
        new(8, "Modalities and tools", "Which input types and which tool chains were covered?", [91, 119]),
        new(9, "Trade-offs", "Where is the front of safety, usefulness and cost? Never a single number.", [25, 35, 92]),
    ];
}
