using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Deliberation;
using Plumbline.Reproductions.Chats;

namespace Plumbline.Reproductions.Papers;

/// <summary>Calls of tools that are checked and mended before they run go wrong less often, as often as the rates of checker and corrector say (004, D-Artemis).</summary>
/// <remarks>The model calls the wrong tool in a fifth of its steps. The gate is the one that applications use, inside function invocation; checker and corrector err as often as is stated.</remarks>
internal sealed class ToolGate : IReproduction
{
    private const double Wrong = 0.2, Sensitivity = 0.9, FalseAlarms = 0.05, Mends = 0.8, Spoils = 0.1;

    public string Number => "004";

    public string Name => "d-artemis";

    public string Claim => "A check of thought against action before an action runs, with a correction, takes most wrong actions away: 0.06 are left of 0.2.";

    public FourFields Fields => new("frozen", "calls of tools with the thought before them", "a checker of calls, with stated errors", "correction or stop before, reflection after");

    public bool HasFastForm => true;

    public string? Smaller => "two tools instead of the screen of a telephone; checker and corrector are draws with stated rates, not models.";

    public async Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var asked = context.Fast ? 400 : 5000;
        List<double> none = [], mended = [], stopped = [];
        var (flagged, leaked, reflected) = (0, 0, 0);
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            none.Add(await new Desk(seed, asked).RunAsync(gate: false, corrects: false, cancellationToken).ConfigureAwait(false));
            mended.Add(await new Desk(seed, asked).RunAsync(gate: true, corrects: true, cancellationToken).ConfigureAwait(false));
            var desk = new Desk(seed, asked);
            stopped.Add(await desk.RunAsync(gate: true, corrects: false, cancellationToken).ConfigureAwait(false));
            (flagged, leaked, reflected) = (flagged + desk.FlaggedWrongThatRan, leaked + desk.TipsOfOthers, reflected + desk.Reflected);
        }
        const double Left = (Wrong * (1 - Sensitivity + (Sensitivity * (1 - Mends)))) + ((1 - Wrong) * FalseAlarms * Spoils);
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("wrong actions that are left by the rates", Left, 0.06, 1e-12),
            Measure.Near($"wrong actions that ran, of {asked} a seed", mended, Left, 0.01, context.Seeds),
            Measure.Difference("wrong actions without the gate less with it: above 0.1", none, mended, context.Seeds, 0.1),
            Measure.Near("wrong actions that ran where nothing is mended and every alarm stops", stopped, Wrong * (1 - Sensitivity), 0.01, context.Seeds),
            Measure.Exact("actions that were found wrong and ran, where every alarm stops", flagged, 0),
            Measure.Exact("tips about a tool in prompts of requests that are not offered it", leaked, 0),
            Measure.Exact("actions without effect that the next step was not told of", reflected, 0),
        ];
        return new(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)),
            [new EvidenceTable("Share of actions that ran and were wrong", ["gate", "wrong"], [["none", Ledger.Number(none.Average())], ["checked and mended", Ledger.Number(mended.Average())], ["checked, every alarm stops", Ledger.Number(stopped.Average())]])]);
    }

    /// <summary>Requests to open or to close; the wrong tool does the other. Every request is numbered, and what is drawn for it depends on its number alone.</summary>
    private sealed class Desk(int seed, int asked) : IToolChecker, IToolCorrector, IToolReflector
    {
        private readonly Dictionary<int, string> _ran = [];
        private readonly HashSet<int> _flagged = [];
        private readonly HashSet<int> _withoutEffect = [];

        public int FlaggedWrongThatRan { get; private set; }

        public int TipsOfOthers { get; private set; }

        public int Reflected { get; private set; }

        public async Task<double> RunAsync(bool gate, bool corrects, CancellationToken cancel)
        {
            using var model = new ComputedChatClient((messages, _) => Step(messages));
            ToolGateOptions options = new()
            {
                Checker = this,
                Corrector = corrects ? this : null,
                Reflect = this,
                Plans = 0,
                Tips = [new("open", "tip for open"), new("close", "tip for close"), new("burn", "tip for burn")],
            };
            var builder = model.AsBuilder().UseFunctionInvocation();
            using var client = (gate ? builder.UseToolGate(options) : builder).Build();
            AITool[] tools = [.. ((string[])["open", "close"]).Select(name => AIFunctionFactory.Create((int door) =>
            {
                _ran[door] = name;
                return Draw("effect", door).Chance(0.1) ? "no effect" : "done";
            }, name)).Select(function => gate ? options.Approval.Guard(function) : function)];
            for (var door = 0; door < asked; door++)
                await client.GetResponseAsync($"{Right(door)} {door}", new ChatOptions { Tools = [.. tools] }, cancel).ConfigureAwait(false);
            FlaggedWrongThatRan += _ran.Count(each => each.Value != Right(each.Key) && _flagged.Contains(each.Key));
            Reflected += _withoutEffect.Count;
            return _ran.Count(each => each.Value != Right(each.Key)) / (double)asked;
        }

        public ValueTask<ToolCheck> CheckAsync(ToolReview review, Turn turn, CancellationToken cancellationToken)
        {
            var door = Door(review.Call);
            var alarm = Draw("check", door).Chance(review.Call.Name == Right(door) ? FalseAlarms : Sensitivity);
            if (alarm)
                _flagged.Add(door);
            return ValueTask.FromResult(alarm ? new ToolCheck(0, ToolError.WrongTool, "the thought says another") : new ToolCheck(1, ToolError.None, ""));
        }

        public ValueTask<FunctionCallContent?> CorrectAsync(ToolReview review, ToolCheck check, Turn turn, CancellationToken cancellationToken)
        {
            var door = Door(review.Call);
            var right = review.Call.Name == Right(door) ? !Draw("correct", door).Chance(Spoils) : Draw("correct", door).Chance(Mends);
            return ValueTask.FromResult<FunctionCallContent?>(new(review.Call.CallId, right ? Right(door) : Other(Right(door)), new Dictionary<string, object?> { ["door"] = door }));
        }

        public ValueTask<ToolOutcome> ReflectAsync(Turn turn, FunctionCallContent toolCall, FunctionResultContent result, CancellationToken cancellationToken)
        {
            var none = $"{result.Result}" == "no effect";
            if (none)
                _withoutEffect.Add(Door(toolCall)); // until the next step is seen to be told of it
            return ValueTask.FromResult(none ? new ToolOutcome(ToolEffect.None, "try again") : new ToolOutcome(ToolEffect.Done, ""));
        }

        private ChatResponse Step(IReadOnlyList<ChatMessage> messages)
        {
            var system = messages[0].Role == ChatRole.System ? messages[0].Text : "";
            TipsOfOthers += system.Contains("tip for burn", StringComparison.Ordinal) ? 1 : 0;
            var door = int.Parse(messages.Last(message => message.Role == ChatRole.User).Text.Split(' ')[1], null);
            if (system.Contains("had no effect", StringComparison.Ordinal))
                _withoutEffect.Remove(door);
            if (messages[^1].Role == ChatRole.Tool)
                return new(new ChatMessage(ChatRole.Assistant, "Done."));
            var name = Draw("model", door).Chance(Wrong) ? Other(Right(door)) : Right(door);
            return new(new ChatMessage(ChatRole.Assistant, [new TextReasoningContent($"I {Right(door)} it."), new FunctionCallContent($"{door}", name, new Dictionary<string, object?> { ["door"] = door })]));
        }

        private Draws Draw(string purpose, int door) => new(seed, $"artemis.{purpose}", door);

        private static int Door(FunctionCallContent call) => (int)call.Arguments!["door"]!;

        private static string Right(int door) => door % 2 == 0 ? "open" : "close";

        private static string Other(string tool) => tool == "open" ? "close" : "open";
    }
}
