using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Models;
using Plumbline.Models.Generation;
using Plumbline.Training.Distributed;

namespace Plumbline.Training;

/// <summary>Several answers of the policy's own to each prompt, with what each is worth.</summary>
/// <remarks>Several processes share the prompts out, and each gets all groups: the answers that one process alone would write, since what a text says does not depend on its batch.</remarks>
/// <param name="policy">Who answers, with the weights it has at the moment.</param>
/// <param name="seed">Same seed, step and weights, same answers.</param>
/// <param name="answers">Answers to each prompt, at least 1; where answers are compared with others of their group, at least 2.</param>
/// <param name="options">How long answers may be, and how many are written at the same time; the temperature is 1 and the seed is set here.</param>
/// <param name="group">Who samples together; every rank must ask for every step. Null: <see cref="ProcessGroup.Current"/>.</param>
public sealed class Rollout(LanguageModel policy, long seed, int answers, GenerationOptions options, ProcessGroup? group = null)
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private readonly BatchGenerator _generator = new(policy);
    private readonly int _answers = answers >= 1 ? answers : throw new ArgumentOutOfRangeException(nameof(answers), answers, "A group has at least 1 answer.");

    /// <summary>Samples and scores.</summary>
    /// <param name="step">Which step of training; chooses the samples.</param>
    /// <param name="prompts">Tokens of each prompt.</param>
    /// <param name="reward">What an answer is worth: index of its prompt, and what was written.</param>
    /// <param name="cancel">Stops between tokens.</param>
    /// <returns>A group for each prompt.</returns>
    /// <exception cref="InputException">A prompt is empty or too long.</exception>
    public IReadOnlyList<ScoredGroup> Sample(int step, IReadOnlyList<int[]> prompts, Func<int, Completion, double> reward, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reward);
        return Sample(step, prompts, written => [.. written.Select(each => reward(each.Prompt, each.Answer))], cancel);
    }

    /// <summary>Samples, and scores all answers of the step together.</summary>
    /// <param name="step">Which step of training; chooses the samples.</param>
    /// <param name="prompts">Tokens of each prompt.</param>
    /// <param name="rewards">What answers are worth, in their order: each with the index of its prompt.</param>
    /// <param name="cancel">Stops between tokens.</param>
    /// <returns>A group for each prompt.</returns>
    /// <exception cref="InputException">A prompt is empty or too long.</exception>
    public IReadOnlyList<ScoredGroup> Sample(int step, IReadOnlyList<int[]> prompts, Func<IReadOnlyList<(int Prompt, Completion Answer)>, IReadOnlyList<double>> rewards, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(rewards);
        var sampling = (options with { Temperature = 1, TopP = 1, Seed = new Draws(seed, "rollout", step).NextBits() }).Checked();
        var together = group ?? ProcessGroup.Current;
        var own = together.Share([.. Enumerable.Range(0, prompts.Count)], index => prompts[index].Length + sampling.MaxNewTokens);
        GenerationRow[] rows = [.. own.SelectMany(index => Enumerable.Range(index * _answers, _answers).Select(row => _generator.Row(prompts[index], sampling, RandomStream.Of(sampling.Seed, (ulong)row), $"prompt {index}")))];
        _generator.Write(rows, sampling.BatchSize, cancel);
        var worth = rows.Length == 0 ? [] : rewards([.. rows.Select((row, at) => (own[at / _answers], row.Completion))]);
        var answered = own.Select((index, at) => new Answered(index, [.. rows.Skip(at * _answers).Take(_answers).Select(row => row.Completion.Tokens)], [.. worth.Skip(at * _answers).Take(_answers)]));
        return [.. Gather(together, [.. answered]).OrderBy(each => each.Prompt).Select(each => new ScoredGroup([.. each.Answers.Select(answer => TokenExample.Completion(prompts[each.Prompt], answer))], each.Rewards))];
    }

    private static IEnumerable<Answered> Gather(ProcessGroup group, Answered[] own) => group.Size == 1 ? own
        : group.Gather(JsonSerializer.SerializeToUtf8Bytes(own, Json)).SelectMany(said => JsonSerializer.Deserialize<Answered[]>(said, Json)!);

    /// <summary>What came of a prompt on some rank.</summary>
    private sealed record Answered(int Prompt, int[][] Answers, double[] Rewards);
}
