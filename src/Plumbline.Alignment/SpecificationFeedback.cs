using Microsoft.Extensions.AI;
using Plumbline.Models;

namespace Plumbline.Alignment;

/// <summary>Feedback made with the specification: the model answers with the rules in its prompt, a judge reads the answers, and the rules are taken out again (002).</summary>
/// <param name="model">Who answers.</param>
/// <param name="specification">What the answers are held to.</param>
/// <param name="seed">Same seed, same feedback.</param>
internal sealed class SpecificationFeedback(LanguageModel model, Specification specification, long seed)
{
    private readonly BatchGenerator _generator = new(model);

    /// <summary>Demonstrations: for each request the first answer, given with the rules in the prompt, that the judge finds wholly right.</summary>
    /// <param name="suite">Requests to train on.</param>
    /// <param name="samples">Answers drawn for each.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <param name="cancel">Stops between batches.</param>
    public async Task<(IReadOnlyList<Demonstration> Kept, int Drawn)> DemonstrateAsync(Suite suite, int samples, IProgress<double>? progress, CancellationToken cancel)
    {
        var answers = await DrawAsync(suite, samples, withRules: true, "demonstrations", progress, cancel).ConfigureAwait(false);
        var kept = answers.Select(tries => tries.FirstOrDefault(answer => answer.Right)).OfType<Judged>()
            .Select(answer => new Demonstration(answer.Item.Messages, answer.Message, answer.Verdict.Rule)).ToArray();
        return (kept, answers.Sum(tries => tries.Count));
    }

    /// <summary>Preferences: of the answers that the model gives to a request without the rules, a right one over a wrong one.</summary>
    /// <remarks>Where all are wrong, an answer given with the rules in the prompt is preferred; where all are right, there is nothing to learn.</remarks>
    /// <param name="suite">Requests to train on.</param>
    /// <param name="samples">Answers drawn for each.</param>
    /// <param name="teacher">Who answers with the rules in the prompt, where that is needed.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <param name="cancel">Stops between batches.</param>
    public async Task<IReadOnlyList<Preference>> CompareAsync(Suite suite, int samples, SpecificationFeedback teacher, IProgress<double>? progress, CancellationToken cancel)
    {
        var answers = await DrawAsync(suite, samples, withRules: false, "preferences", progress, cancel).ConfigureAwait(false);
        var hopeless = answers.Where(tries => tries.All(answer => !answer.Right)).Select(tries => tries[0].Item).ToArray();
        var taught = (await teacher.DrawAsync(suite with { Items = hopeless }, samples, withRules: true, "preferences.teacher", null, cancel).ConfigureAwait(false))
            .Select(tries => tries.FirstOrDefault(answer => answer.Right)).OfType<Judged>().ToDictionary(answer => answer.Item.Id);
        var preferences = new List<Preference>();
        foreach (var tries in answers)
        {
            var wrong = tries.FirstOrDefault(answer => !answer.Right);
            var right = tries.FirstOrDefault(answer => answer.Right) ?? taught.GetValueOrDefault(tries[0].Item.Id);
            if (wrong is not null && right is not null)
                preferences.Add(new Preference(wrong.Item.Messages, right.Message, wrong.Message, wrong.Verdict.Rule));
        }

        return preferences;
    }

    /// <summary>Draws answers without judging any of them away: what training without a filter would learn from (005).</summary>
    public async Task<IReadOnlyList<Demonstration>> DrawUnfilteredAsync(Suite suite, bool withRules, CancellationToken cancel) =>
        [.. (await DrawAsync(suite, 1, withRules, "unfiltered", null, cancel).ConfigureAwait(false)).Select(tries => new Demonstration(tries[0].Item.Messages, tries[0].Message, tries[0].Verdict.Rule))];

    private sealed record Judged(Item Item, ChatMessage Message, Verdict Verdict)
    {
        public bool Right => IsRight(Verdict);
    }

    /// <summary>Wholly right: complies, and names the rule where there is one to name.</summary>
    public static bool IsRight(Verdict verdict) => verdict.Scores.GetValueOrDefault("compliance") == 1 && verdict.Scores.GetValueOrDefault("ruleNamed", 1) == 1;

    /// <summary>What the model is shown: the conversation, with the rules in front if they are to be in the prompt.</summary>
    public static IReadOnlyList<ChatMessage> WithRules(IReadOnlyList<ChatMessage> messages, Specification specification)
    {
        var note = messages[0].Role == ChatRole.System ? messages[0].Text + " " : "";
        return [new ChatMessage(ChatRole.System, note + SpecificationPrompt.Render(specification)), .. messages.SkipWhile(message => message.Role == ChatRole.System)];
    }

    private async Task<List<List<Judged>>> DrawAsync(Suite suite, int samples, bool withRules, string purpose, IProgress<double>? progress, CancellationToken cancel)
    {
        const int Chunk = 256;
        var judged = new List<List<Judged>>(suite.Items.Count);
        for (var start = 0; start < suite.Items.Count; start += Chunk)
        {
            var items = suite.Items.Skip(start).Take(Chunk).ToArray();
            var prompts = items.SelectMany(item => Enumerable.Repeat(model.Template.Prompt(withRules ? WithRules(item.Messages, specification) : item.Messages), samples)).ToArray();
            var options = new GenerationOptions { Temperature = 1, Seed = new Draws(seed, purpose, start).NextBits(), BatchSize = 128 };
            var completions = _generator.Generate(prompts, options, cancel);
            for (var i = 0; i < items.Length; i++)
            {
                var tries = new List<Judged>(samples);
                foreach (var completion in completions.Skip(i * samples).Take(samples))
                {
                    var message = model.Template.Parse(completion.Tokens);
                    tries.Add(new Judged(items[i], message, await suite.Judge.JudgeAsync(new Transcript(items[i], message.Text), cancel).ConfigureAwait(false)));
                }

                judged.Add(tries);
            }

            progress?.Report(Math.Min(1.0, (start + Chunk) / (double)suite.Items.Count));
        }

        return judged;
    }
}
