using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>Reinforcement learning that holds each answer against the others to its prompt.</summary>
internal sealed class GroupTask(FineTuningRequest request, LanguageModel model) : ReinforcementTask(request, model)
{
    private readonly GroupPolicyGradient _objective = request.Group ?? new GroupPolicyGradient(Beta: request.Beta);

    public override RecipeChoice Algorithm
    {
        get
        {
            var choice = RecipeChoice.Of(_objective);
            return choice with { Settings = new Dictionary<string, string>(choice.Settings) { ["updates"] = $"{Request.Updates}" } };
        }
    }

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel) =>
        PolicyGradientTraining.Run(Model.Decoder, Reference, Rollout(cancel), _objective, RowLength, EveryStep(options), progress, cancel, Request.Updates);
}
