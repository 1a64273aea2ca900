using Plumbline.Models;

namespace Plumbline.Training;

/// <summary>Several answers of the policy's own to each prompt, with what each is worth.</summary>
/// <param name="policy">Who answers, with the weights it has at the moment.</param>
/// <param name="seed">Same seed, step and weights, same answers.</param>
/// <param name="answers">Answers to each prompt, at least 2: with one there is nothing to compare.</param>
/// <param name="options">How long answers may be, and how many are written at the same time; the temperature is 1 and the seed is set here.</param>
public sealed class Rollout(LanguageModel policy, long seed, int answers, GenerationOptions options)
{
    private readonly BatchGenerator _generator = new(policy);
    private readonly int _answers = answers >= 2 ? answers : throw new ArgumentOutOfRangeException(nameof(answers), answers, "A group has at least 2 answers.");

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
        var sampling = options with { Temperature = 1, TopP = 1, Seed = new Draws(seed, "rollout", step).NextBits() };
        var written = _generator.Generate([.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt, _answers))], sampling, cancel);
        var worth = rewards([.. written.Select((answer, index) => (index / _answers, answer))]);
        return [.. written.Chunk(_answers).Select((group, index) => new ScoredGroup(
            [.. group.Select(answer => TokenExample.Completion(prompts[index], answer.Tokens))], [.. worth.Skip(index * _answers).Take(_answers)]))];
    }
}
