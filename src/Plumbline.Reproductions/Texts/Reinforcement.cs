using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Reproductions.Texts;

/// <summary>Reinforcement of a small model on answers of its own.</summary>
internal static class Reinforcement
{
    /// <summary>Samples, scores and updates; the reference is what the model is now.</summary>
    /// <param name="model">Who learns.</param>
    /// <param name="seed">Chooses the answers.</param>
    /// <param name="prompts">What is asked in a step, by its number.</param>
    /// <param name="answers">Answers to each.</param>
    /// <param name="reward">What an answer is worth: number of the step, index of the prompt, and what was written.</param>
    /// <param name="objective">The loss.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="longest">Most tokens of an answer.</param>
    /// <param name="cancel">Stops after a step.</param>
    public static void Run(SmallModel model, int seed, Func<int, IReadOnlyList<string>> prompts, int answers, Func<int, int, string, double> reward, GroupPolicyGradient objective, int steps, double rate, int longest, CancellationToken cancel)
    {
        using var reference = model.Copy();
        var rollout = new Rollout(model.Model, seed, answers, new() { MaxNewTokens = longest, BatchSize = 256 });
        PolicyGradientTraining.Run(model.Model.Decoder, reference.Model.Decoder,
            step => rollout.Sample(step, [.. prompts(step).Select(model.Model.Tokenizer.Encode)], (prompt, answer) => reward(step, prompt, model.Model.Tokenizer.Decode(answer.Tokens, skipSpecial: true).TrimStart(' ')), cancel),
            objective, model.Longest, SmallModel.Options(steps, rate), null, cancel);
    }
}
