using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training;

/// <summary>Policy, reference and critic: what they make of answers, and how answers move the first and the last.</summary>
internal sealed record Actors(Decoder Policy, Decoder Reference, RewardModel Critic, int RowLength, LogitsBuffer Logits, TrainingOptions Options, ProximalPolicyOptimization Objective)
{
    /// <summary>This rank's share of some answers, as they are before any model moves.</summary>
    /// <param name="indices">Which answers.</param>
    /// <param name="answers">All answers of the step.</param>
    /// <param name="steps">What an answer is worth, by its index; one step, where it is worth something as a whole.</param>
    /// <param name="scale">Of the scores of all answers so far.</param>
    public IReadOnlyList<JudgedAnswers> Judge(IReadOnlyList<int> indices, TokenExample[] answers, Func<int, IReadOnlyList<StepReward>> steps, RunningScale scale) =>
        [.. StepPass.Split(Options.Together.Share(indices, index => answers[index].Ids.Length), index => answers[index].Ids.Length, Options.TokensPerPass).Select(part => Judge([.. part.Select(index => answers[index])], [.. part.Select(steps)], scale))];

    /// <summary>The passes of one update of the policy, and one of the critic.</summary>
    /// <param name="parts">This rank's answers.</param>
    /// <param name="tokens">Sampled tokens of all ranks' answers.</param>
    /// <param name="advantages">Of all advantages of the step.</param>
    /// <param name="step">Which step it is.</param>
    /// <param name="pretraining">Texts whose likelihood counts as well.</param>
    public IEnumerable<StepPass> Update(IReadOnlyList<JudgedAnswers> parts, double tokens, RunningScale advantages, int step, IReadOnlyList<TokenExample> pretraining)
    {
        if (step >= Objective.CriticWarmUp)
        {
            var own = StepPass.Update(parts, tokens, part => part.Tokens, part => PolicyLoss(part, advantages));
            var likely = StepPass.Split(Options.Together.Share(pretraining, text => text.Ids.Length), text => text.Ids.Length, Options.TokensPerPass);
            var besides = likely.Count == 0 ? [] : StepPass.Update(likely, pretraining.Sum(text => Packing.Trained(text, RowLength)), part => part.Sum(text => Packing.Trained(text, RowLength)), Likelihood);
            StepPass[] all = [.. own.Concat(besides).Where(pass => pass.Compute is not null)];
            foreach (var pass in all.Length == 0 ? [new StepPass(null, 0, true)] : all.Select((pass, index) => pass with { EndsUpdate = index == all.Length - 1 }))
                yield return pass;
        }
        foreach (var pass in StepPass.Update(parts, tokens, part => part.Tokens, ValueLoss))
            yield return pass with { OfCompanion = true };
    }

    private JudgedAnswers Judge(TokenExample[] texts, IReadOnlyList<StepReward>[] steps, RunningScale scale)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (behaviour, examples) = AnswerColumns.Of(Policy, withoutAdapter: false, texts, RowLength, Logits);
        var (reference, _) = AnswerColumns.Of(Reference, withoutAdapter: Reference == Policy, texts, RowLength, Logits);
        var expected = ValueScores.Of(Critic, texts, RowLength).Values;
        var (own, anchor, values) = (AnswerColumns.ByAnswer(behaviour, examples, texts.Length), AnswerColumns.ByAnswer(reference, examples, texts.Length), AnswerColumns.ByAnswer(expected, examples, texts.Length));
        var ahead = texts.Select((_, index) => GeneralisedAdvantage.Of(Objective.TokenRewards(own[index], anchor[index], steps[index], scale), values[index], Objective.Discount, Objective.Trace)).ToArray();
        var returns = AnswerColumns.Column([.. ahead.Select(each => each.Returns)], examples);
        foreach (var column in (Tensor[])[examples, behaviour, reference, expected, returns])
            column.MoveToOuterDisposeScope();
        return new(texts, examples, behaviour, reference, expected, returns, [.. ahead.Select(each => each.Advantages)])
        {
            Divergence = own.Sum(each => each.Sum()) - anchor.Sum(each => each.Sum()),
            LogProb = own.Sum(each => each.Sum()),
        };
    }

    private PassLoss PolicyLoss(JudgedAnswers part, RunningScale advantages)
    {
        var scores = SequenceScores.Of(Policy, part.Texts, RowLength, Logits, gradients: true, Options.Checkpointing);
        var worth = AnswerColumns.Column([.. part.Advantages.Select(each => each.Select(advantage => Objective.Whiten(advantage, advantages)).ToArray())], part.Examples);
        return new PassLoss(Objective.Compute(new SampledLogProbs(scores.LogProbs, part.Behaviour, part.Reference, worth)), scores);
    }

    private PassLoss ValueLoss(JudgedAnswers part)
    {
        var scores = ValueScores.Of(Critic, part.Texts, RowLength, gradients: true, Options.Checkpointing);
        return new PassLoss(Objective.Compute(new TokenValues(scores.Values, part.Values, part.Returns)), scores);
    }

    private PassLoss Likelihood(IReadOnlyList<TokenExample> texts)
    {
        var scores = SequenceScores.Of(Policy, texts, RowLength, Logits, gradients: true, Options.Checkpointing);
        var loss = WeightedLikelihood.Compute(scores.LogProbs, scores.Weights).Value;
        return new PassLoss(new ObjectiveLoss(loss.Times(Objective.PretrainingWeight), new Dictionary<string, Tensor> { ["pretrainingLoss"] = loss.detach() }), scores);
    }
}
