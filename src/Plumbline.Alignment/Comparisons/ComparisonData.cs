using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Plumbline.Models;
using Plumbline.Worlds.Counter;

namespace Plumbline.Alignment;

/// <summary>The pairs that all methods learn from: of four answers to a request, two of them with the rules in the prompt, the one that the proxy likes best over the one that it likes least.</summary>
internal static class ComparisonData
{
    private const int AnswersWithRules = 2, AnswersWithout = 2, AtOnce = 64;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes them.</summary>
    /// <returns>Rows of pairs, and rows of the better answers alone.</returns>
    public static (string Pairs, string Demonstrations) Make(LanguageModel model, Specification specification, Suite suite, ProxyReward proxy, int seed, IProgress<double> progress, CancellationToken cancel)
    {
        var (generator, judge) = (new BatchGenerator(model), (CounterJudge)suite.Judge);
        var (pairs, demonstrations) = (new StringBuilder(), new StringBuilder());
        for (var start = 0; start < suite.Items.Count; start += AtOnce)
        {
            Item[] items = [.. suite.Items.Skip(start).Take(AtOnce)];
            var prompts = items.SelectMany(item => Enumerable.Repeat(model.Template.Prompt(SpecificationFeedback.WithRules(item.Messages, specification)), AnswersWithRules)
                .Concat(Enumerable.Repeat(model.Template.Prompt(item.Messages), AnswersWithout))).ToArray();
            var answers = generator.Generate(prompts, new GenerationOptions { Temperature = 1, Seed = new Draws(seed, "compare.pairs", start).NextBits(), BatchSize = 128 }, cancel);
            foreach (var (item, tries) in items.Zip(answers.Chunk(AnswersWithRules + AnswersWithout)))
            {
                var ranked = tries.Select(answer => model.Template.Parse(answer.Tokens)).Where(answer => answer.Text.Length > 0).Select(answer => (Answer: answer, Worth: proxy.Of(judge, item, answer.Text).Proxy)).OrderByDescending(each => each.Worth).ToArray();
                if (ranked.Length < 2 || ranked[0].Answer.Text == ranked[^1].Answer.Text)
                    continue;
                JsonNode[] prompt = [.. item.Messages.Select(Row)];
                pairs.Append(new JsonObject { ["prompt"] = new JsonArray([.. prompt.Select(each => each.DeepClone())]), ["chosen"] = new JsonArray(Row(ranked[0].Answer)), ["rejected"] = new JsonArray(Row(ranked[^1].Answer)), ["margin"] = ranked[0].Worth - ranked[^1].Worth }.ToJsonString(Plain)).Append('\n');
                demonstrations.Append(new JsonObject { ["messages"] = new JsonArray([.. prompt, Row(ranked[0].Answer)]) }.ToJsonString(Plain)).Append('\n');
            }
            progress.Report(Math.Min(1, (start + AtOnce) / (double)suite.Items.Count));
        }
        return pairs.Length > 0 ? (pairs.ToString(), demonstrations.ToString())
            : throw new InputException("--prompts", "no request got two different answers.", "Ask for more requests.");
    }

    private static JsonNode Row(ChatMessage message)
    {
        var row = new JsonObject { ["role"] = message.Role.Value, ["content"] = message.Text };
        if (string.Concat(message.Contents.OfType<TextReasoningContent>().Select(content => content.Text)) is { Length: > 0 } reasoning)
            row["reasoning_content"] = reasoning;
        return row;
    }
}
