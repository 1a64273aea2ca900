using Microsoft.Extensions.AI;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>Feedback to weights: the three trainings of an alignment, each a recipe of model, data, feedback and algorithm (062).</summary>
/// <param name="model">The model; its weights change.</param>
/// <param name="seed">Same seed, same order of the data, same draws.</param>
internal sealed class InstructionTraining(LanguageModel model, long seed)
{
    private const int RowLength = 512;
    internal const int DemonstrationsPerStep = 48;
    private const int PairsPerStep = 24;

    /// <summary>Supervised fine-tuning on deliberation: the loss counts on reasoning and answer alone.</summary>
    public void Supervise(IReadOnlyList<Demonstration> demonstrations, int epochs, double learningRate, string? checkpoints, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        TokenExample[] examples = [.. demonstrations.Select(each => Tokens(each.Prompt, each.Answer))];
        var perEpoch = Steps(examples.Length, DemonstrationsPerStep);
        var options = Options(epochs * perEpoch, new Schedule(learningRate, WarmUp: 20, Floor: 0.05), checkpoints);
        SupervisedTraining.Run(model.Decoder, step => [.. Batch(examples.Length, DemonstrationsPerStep, step, "supervised").Select(index => examples[index])], RowLength, options, progress, cancel);
    }

    /// <summary>Preference optimisation.</summary>
    public void Prefer(IReadOnlyList<Preference> preferences, PairObjective objective, int epochs, double learningRate, string? checkpoints, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        PairExample[] pairs = [.. preferences.Select(each => new PairExample(Tokens(each.Prompt, each.Chosen), Tokens(each.Prompt, each.Rejected)))];
        var options = Options(epochs * Steps(pairs.Length, PairsPerStep), new Schedule(learningRate, WarmUp: 5, Floor: 0.05), checkpoints);
        PreferenceTraining.Run(model.Decoder, pairs, step => Batch(pairs.Length, PairsPerStep, step, "preferences"), objective, RowLength, options, progress, cancel);
    }

    /// <summary>Reinforcement learning: answers of the model's own, scored by a judge that sees the visible answer alone.</summary>
    public void Reinforce(Suite prompts, Func<Verdict, double> reward, GroupPolicyGradient objective, int steps, int promptsPerStep, int answers, double learningRate, string? checkpoints,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        using var reference = model.Clone();
        var generator = new BatchGenerator(model);
        var options = Options(steps, new Schedule(learningRate, WarmUp: 2, Decay.None), checkpoints) with { CheckpointEvery = 5, ReportEvery = 1 };
        PolicyGradientTraining.Run(model.Decoder, reference.Decoder, step => Rollout(generator, prompts, reward, Batch(prompts.Items.Count, promptsPerStep, step, "policy"), answers, step, cancel),
            objective, RowLength, options, progress, cancel);
    }

    private List<ScoredGroup> Rollout(BatchGenerator generator, Suite prompts, Func<Verdict, double> reward, IReadOnlyList<int> chosen, int answers, int step, CancellationToken cancel)
    {
        int[][] contexts = [.. chosen.Select(index => model.Template.Prompt(prompts.Items[index].Messages))];
        var completions = generator.Generate([.. contexts.SelectMany(context => Enumerable.Repeat(context, answers))],
            new GenerationOptions { Temperature = 1, Seed = new Draws(seed, "rollout", step).NextBits(), BatchSize = 192 }, cancel);
        var groups = new List<ScoredGroup>(chosen.Count);
        foreach (var (position, index) in chosen.Index())
        {
            var rows = completions.Skip(position * answers).Take(answers).ToArray();
            double[] rewards = [.. rows.Select(row => reward(Judge(prompts, index, row)))];
            groups.Add(new ScoredGroup([.. rows.Select(row => Tokens(contexts[position], row.Tokens))], rewards));
        }

        return groups;
    }

    private Verdict Judge(Suite prompts, int index, Completion row)
    {
        var verdict = prompts.Judge.JudgeAsync(new Transcript(prompts.Items[index], model.Template.Parse(row.Tokens).Text));
        return verdict.IsCompletedSuccessfully ? verdict.Result : verdict.AsTask().GetAwaiter().GetResult();
    }

    private TokenExample Tokens(IReadOnlyList<ChatMessage> prompt, ChatMessage answer)
    {
        var example = model.Template.Example(prompt, answer);
        return Tokens(example.Ids[..example.PromptLength], example.Ids[example.PromptLength..]);
    }

    private static TokenExample Tokens(int[] prompt, int[] answer) =>
        new([.. prompt, .. answer], [.. prompt.Select(_ => 0f), .. answer.Select(_ => 1f)]);

    private static int Steps(int count, int perStep) => (count + perStep - 1) / perStep;

    /// <summary>Which of the data a step takes: every epoch goes through all of it in an order of its own.</summary>
    private int[] Batch(int count, int perStep, int step, string purpose)
    {
        var (epoch, part) = Math.DivRem(step, Steps(count, perStep));
        return [.. new Draws(seed, purpose, epoch).Shuffle(Enumerable.Range(0, count)).Skip(part * perStep).Take(perStep)];
    }

    private static TrainingOptions Options(int steps, Schedule schedule, string? checkpoints) =>
        new() { Steps = steps, LearningRate = schedule, CheckpointFolder = checkpoints, CheckpointEvery = 40, ReportEvery = 2, Optimiser = new AdamWOptions { WeightDecay = 0.01 } };
}
