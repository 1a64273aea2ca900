using Microsoft.Extensions.AI;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Worlds.Counter;

namespace Plumbline.Alignment;

/// <summary>How the bundled base model is made.</summary>
public sealed record PretrainOptions
{
    /// <summary>Where the model goes.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>Same seed, same weights.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Steps in all, shared out over the rounds of the recipe; fewer make a trial.</summary>
    public int Steps { get; init; } = PretrainJob.RecipeSteps;

    /// <summary>Threads for the arithmetic.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Takes up a pretraining that was stopped.</summary>
    public bool Resume { get; init; }
}

/// <summary>Makes the bundled base model from the Counter's own text: tokenizer, weights, card.</summary>
/// <param name="options">How.</param>
public sealed class PretrainJob(PretrainOptions options)
{
    private const int VocabularySize = 1024;
    private const int RowLength = 512;
    private const int TokenizerTexts = 6000;

    /// <summary>First the language, with every token counting the same; then what clerks say counts most; at last it alone.</summary>
    private static readonly Round[] Recipe =
    [
        new(Steps: 1000, TextsPerStep: 16, LearningRate: new Schedule(3e-3, WarmUp: 200, Floor: 1), WeightOfOthers: 1),
        new(Steps: 5000, TextsPerStep: 20, LearningRate: new Schedule(3e-3, WarmUp: 50, Floor: 0.01), WeightOfOthers: 0.3f),
        new(Steps: 1500, TextsPerStep: 24, LearningRate: new Schedule(2e-3, WarmUp: 50, Floor: 0.01), WeightOfOthers: 0),
    ];

    /// <summary>Steps of the whole recipe.</summary>
    public static int RecipeSteps => Recipe.Sum(round => round.Steps);

    /// <summary>A part of pretraining with settings of its own.</summary>
    private sealed record Round(int Steps, int TextsPerStep, Schedule LearningRate, float WeightOfOthers);

    /// <summary>Runs it.</summary>
    /// <exception cref="InputException">The folder holds a model already, and it was not asked to resume.</exception>
    public async Task RunAsync(IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        var checkpoints = Path.Combine(options.OutputDirectory, "checkpoint");
        if (File.Exists(Path.Combine(options.OutputDirectory, "config.json")) && !options.Resume)
            throw new InputException(options.OutputDirectory, "there is a model in this folder already.", "Name another folder with --out, or add --resume to go on with it.");
        Directory.CreateDirectory(options.OutputDirectory);
        await Task.Run(() => Make(checkpoints, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        Directory.Delete(checkpoints, recursive: true);
    }

    private void Make(string checkpoints, IProgress<JobProgress>? progress, CancellationToken cancel)
    {
        LibTorch.Threads = options.Threads;
        progress?.Report(new JobProgress("tokenizer", 0, 2, 0, $"learning {VocabularySize} tokens from {TokenizerTexts} conversations"));
        var tokenizer = Tokenizer.Train(Enumerable.Range(0, TokenizerTexts).SelectMany(index => Texts(CounterText.Conversation(options.Seed, -1 - index))), VocabularySize);
        using var decoder = new Decoder(new DecoderConfig
        {
            VocabularySize = tokenizer.VocabularySize,
            Width = 128,
            FeedForwardWidth = 344,
            Layers = 5,
            Heads = 4,
            KeyValueHeads = 4,
            MaximumPositions = 1024,
            EndIds = [tokenizer.Special.End],
            PadId = tokenizer.Special.Pad,
        });
        decoder.Initialise((ulong)options.Seed);
        var (before, text) = (0, 0L);
        foreach (var (index, round) in Recipe.Index())
        {
            var steps = Math.Max(1, round.Steps * options.Steps / RecipeSteps);
            var first = text;
            var training = new TrainingOptions
            {
                Steps = steps,
                LearningRate = round.LearningRate,
                CheckpointFolder = Path.Combine(checkpoints, $"round-{index + 1}"),
                CheckpointEvery = 100,
                ReportEvery = 20,
            };
            SupervisedTraining.Run(decoder, step => [.. Enumerable.Range(0, round.TextsPerStep)
                .Select(i => Render(tokenizer, CounterText.Conversation(options.Seed, first + (long)step * round.TextsPerStep + i), round.WeightOfOthers))],
                RowLength, training, new Relay(progress, before, options.Steps), cancel);
            before += steps;
            text += (long)steps * round.TextsPerStep;
        }

        using var model = new LanguageModel(decoder, tokenizer);
        model.Save(options.OutputDirectory);
    }

    /// <summary>The conversation as it was, with all its reasoning: a chat template would leave out that of earlier turns.</summary>
    /// <remarks>Every token is trained; in the end what clerks say counts most, because most of what the rules and the customers say cannot be foreseen.</remarks>
    private static TokenExample Render(Tokenizer tokenizer, IReadOnlyList<ChatMessage> messages, float weightOfOthers)
    {
        var ids = new List<int>();
        var weights = new List<float>();
        var special = tokenizer.Special; // learnt here, so it has every marker
        foreach (var message in messages)
        {
            ids.Add((message.Role == ChatRole.System ? special.System : message.Role == ChatRole.User ? special.User : special.Assistant)!.Value);
            foreach (var content in message.Contents)
            {
                if (content is TextReasoningContent reasoning)
                    ids.AddRange([special.Think!.Value, .. tokenizer.Encode(reasoning.Text), special.EndThink!.Value]);
                else
                    ids.AddRange(tokenizer.Encode(((TextContent)content).Text));
            }

            ids.Add(special.End);
            weights.AddRange(Enumerable.Repeat(message.Role == ChatRole.Assistant ? 1f : weightOfOthers, ids.Count - weights.Count));
        }

        return new TokenExample([.. ids], [.. weights]);
    }

    private static IEnumerable<string> Texts(IReadOnlyList<ChatMessage> messages) =>
        messages.SelectMany(message => message.Contents).Select(content => content is TextReasoningContent reasoning ? reasoning.Text : ((TextContent)content).Text);

    private sealed class Relay(IProgress<JobProgress>? progress, int before, int steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress?.Report(new JobProgress("pretraining", 1, 2, (before + value.Step) / (double)steps,
            $"step {before + value.Step} of {steps}", value.Loss, value.TokensPerSecond, (steps - before - value.Step) * value.TimeLeft / Math.Max(1, value.Steps - value.Step)));
    }
}
