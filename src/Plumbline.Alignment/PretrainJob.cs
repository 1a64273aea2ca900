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

    /// <summary>Steps of <see cref="TextsPerStep"/> conversations.</summary>
    public int Steps { get; init; } = 6000;

    /// <summary>Conversations in a step.</summary>
    public int TextsPerStep { get; init; } = 16;

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
    private const float WeightOfOthers = 0.3f;

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
            EndId = tokenizer.Special.End,
            PadId = tokenizer.Special.Pad,
        });
        decoder.Initialise((ulong)options.Seed);
        var training = new TrainingOptions
        {
            Steps = options.Steps,
            LearningRate = new Schedule(3e-3, WarmUp: 200, Floor: 0.01),
            CheckpointFolder = checkpoints,
            CheckpointEvery = 200,
            ReportEvery = 20,
        };
        SupervisedTraining.Run(decoder, step => Examples(tokenizer, step), RowLength, training, new Relay(progress, options.Steps), cancel);
        using var model = new LanguageModel(decoder, tokenizer);
        model.Save(options.OutputDirectory);
    }

    private TokenExample[] Examples(Tokenizer tokenizer, int step) => [.. Enumerable.Range(0, options.TextsPerStep)
        .Select(i => Render(tokenizer, CounterText.Conversation(options.Seed, (long)step * options.TextsPerStep + i)))];

    /// <summary>The conversation as it was, with all its reasoning: a chat template would leave out that of earlier turns.</summary>
    /// <remarks>Every token is trained; what clerks say counts most, because most of what the rules and the customers say cannot be foreseen.</remarks>
    private static TokenExample Render(Tokenizer tokenizer, IReadOnlyList<ChatMessage> messages)
    {
        var ids = new List<int>();
        var weights = new List<float>();
        foreach (var message in messages)
        {
            ids.Add(message.Role == ChatRole.System ? tokenizer.Special.System : message.Role == ChatRole.User ? tokenizer.Special.User : tokenizer.Special.Assistant);
            foreach (var content in message.Contents)
            {
                if (content is TextReasoningContent reasoning)
                    ids.AddRange([tokenizer.Special.Think, .. tokenizer.Encode(reasoning.Text), tokenizer.Special.EndThink]);
                else
                    ids.AddRange(tokenizer.Encode(((TextContent)content).Text));
            }

            ids.Add(tokenizer.Special.End);
            weights.AddRange(Enumerable.Repeat(message.Role == ChatRole.Assistant ? 1f : WeightOfOthers, ids.Count - weights.Count));
        }

        return new TokenExample([.. ids], [.. weights]);
    }

    private static IEnumerable<string> Texts(IReadOnlyList<ChatMessage> messages) =>
        messages.SelectMany(message => message.Contents).Select(content => content is TextReasoningContent reasoning ? reasoning.Text : ((TextContent)content).Text);

    private sealed class Relay(IProgress<JobProgress>? progress, int steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress?.Report(new JobProgress("pretraining", 1, 2, value.Step / (double)steps,
            $"step {value.Step} of {steps}", value.Loss, value.TokensPerSecond, value.TimeLeft));
    }
}
