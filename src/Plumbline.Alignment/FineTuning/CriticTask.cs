using System.Globalization;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>Reinforcement learning that holds each token against what a critic expected.</summary>
internal sealed class CriticTask : ReinforcementTask
{
    private readonly ProximalPolicyOptimization _objective;
    private readonly double _criticRate;
    private readonly RewardModel _critic;
    private readonly string _criticStart;

    public CriticTask(FineTuningRequest request, LanguageModel model)
        : base(request, model)
    {
        _objective = request.Proximal ?? new ProximalPolicyOptimization();
        _criticRate = request.Critic?.LearningRate ?? request.LearningRate;
        (_critic, _criticStart) = Start(request, model);
    }

    public override RecipeChoice Algorithm
    {
        get
        {
            var choice = RecipeChoice.Of(_objective);
            return choice with
            {
                Settings = new Dictionary<string, string>(choice.Settings) { ["critic"] = _criticStart, ["criticLearningRate"] = _criticRate.ToString("R", CultureInfo.InvariantCulture) },
            };
        }
    }

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel) =>
        ProximalPolicyTraining.Run(Model.Decoder, Reference, _critic, options.LearningRate with { Peak = _criticRate }, Rollout(cancel), _objective, RowLength, EveryStep(options), progress, cancel);

    public override void Dispose()
    {
        _critic.Dispose();
        base.Dispose();
    }

    /// <summary>A critic reads what the policy wrote, token by token: one that was asked for must know its tokens, one that merely lies at hand is left alone if it does not.</summary>
    private static (RewardModel Critic, string Start) Start(FineTuningRequest request, LanguageModel model)
    {
        if (request.Critic?.ModelDirectory is { } asked)
        {
            var critic = RewardModel.Load(asked);
            if (Reads(critic, model))
                return (critic, "the reward model that was named for it");
            critic.Dispose();
            throw new InputException($"--critic {asked}", "it reads other tokens than the policy writes.", "Name a reward model that was fitted from a model with the policy's tokenizer, or leave it out: the critic then starts from the policy.");
        }
        if (request.Reward?.ModelDirectory is { } judge)
        {
            var critic = RewardModel.Load(judge);
            if (Reads(critic, model))
                return (critic, "the reward model");
            critic.Dispose();
        }
        return (RewardModel.Create(model, trainable: true), "the policy");
    }

    private static bool Reads(RewardModel critic, LanguageModel model) => critic.Tokenizer.VocabularySize == model.Tokenizer.VocabularySize
        && Enumerable.Range(0, model.Tokenizer.VocabularySize).All(id => critic.Tokenizer.Decode([id]) == model.Tokenizer.Decode([id]));
}
