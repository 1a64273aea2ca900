using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Deliberation;
using Plumbline.Reproductions.Chats;

namespace Plumbline.Reproductions.Papers;

/// <summary>One thought over rules of behaviour, then of safety, then of both, keeps what single looks at the rules lose (035, Align3).</summary>
internal sealed class ThreeStageThought : IReproduction
{
    private const int BehaviourRules = 6, SafetyRules = 3;

    private static readonly Specification Rules = new()
    {
        Name = "Align3",
        Version = "1.0.0",
        Values = [new Value("care", "Care.")],
        Rules =
        [
            .. Enumerable.Range(1, SafetyRules).Select(index => new Rule { Id = $"safety-{index}", Must = $"keep safety {index}", Kind = RuleKind.Safety, Serves = ["care"] }),
            .. Enumerable.Range(1, BehaviourRules).Select(index => new Rule { Id = $"behaviour-{index}", Must = $"keep behaviour {index}", Serves = ["care"] }),
        ],
    };

    public string Number => "035";

    public string Name => "align3-specbench";

    public string Claim => "A hidden thought in three stages over the rules of a specification keeps both its rules of safety and of behaviour, at three calls; a thought that ends at a stage before keeps one kind alone.";

    public FourFields Fields => new("frozen", "requests under a specification", "rules that can be checked", "three-stage deliberation at inference");

    public bool HasFastForm => true;

    public string? Missing => "a model that reasons, and the benchmark of five scenarios with its rate of alignment: here the model is a stand-in that obeys what it saw last.";

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        using var model = new ComputedChatClient((messages, _) => ObeysLast(messages));
        using var three = model.AsBuilder().UseAlign3(Rules).Build();
        var answer = await three.GetResponseAsync("Go on.", cancellationToken: cancellationToken).ConfigureAwait(false);
        var calls = model.Calls;
        var thoughts = answer.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Select(thought => thought.Text).ToArray();
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("rules of safety kept by what the first stage ends with", Kept(thoughts[0], "safety"), 0),
            Measure.Exact("rules of behaviour kept by what the first stage ends with", Kept(thoughts[0], "behaviour"), BehaviourRules),
            Measure.Exact("rules of safety kept by what the second stage ends with", Kept(thoughts[1], "safety"), SafetyRules),
            Measure.Exact("rules of behaviour kept by what the second stage ends with", Kept(thoughts[1], "behaviour"), 0),
            Measure.Exact("rules kept by the answer, of safety and of behaviour", Kept(answer.Text, "safety") + Kept(answer.Text, "behaviour"), SafetyRules + BehaviourRules),
            Measure.Exact("calls", calls, 3),
            Measure.Exact("thoughts that left as reasoning, and in the visible answer", thoughts.Length + (answer.Text.Contains("thought", StringComparison.Ordinal) ? 100 : 0), 2),
            Measure.Exact("rate of alignment of (safe, share of behaviour) (1, 1), (1, 0.6), (1, 0), (0, 1), summed", Rate(true, 1) + Rate(true, 0.6) + Rate(true, 0) + Rate(false, 1), 2.02, 1e-12),
        ];
        return new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), []);
    }

    /// <summary>s (α + (1 − α) b), α = 0.3.</summary>
    private static double Rate(bool safe, double behaviour) => safe ? 0.3 + (0.7 * behaviour) : 0;

    private static string ObeysLast(IReadOnlyList<ChatMessage> messages)
    {
        var last = messages[0].Text[messages[0].Text.LastIndexOf("Rules:", StringComparison.Ordinal)..];
        return (last.Contains("Do not answer yet", StringComparison.Ordinal) ? "thought: " : "") + string.Join(' ', Rules.Rules.Where(rule => last.Contains($"({rule.Id})", StringComparison.Ordinal)).Select(rule => rule.Id));
    }

    private static int Kept(string text, string kind) => text.Split(' ').Count(word => word.StartsWith(kind, StringComparison.Ordinal));
}
