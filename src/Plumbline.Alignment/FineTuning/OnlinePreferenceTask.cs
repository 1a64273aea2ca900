using System.Globalization;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>Preference optimisation on answers of the policy's own to prompts of files, or of the Counter, with a reward of one's choice.</summary>
internal sealed class OnlinePreferenceTask : ReinforcementTask
{
    private readonly OnlineRequest _online;
    private readonly PairObjective _objective;
    private readonly OnlineRounds _rounds;

    public OnlinePreferenceTask(FineTuningRequest request, LanguageModel model)
        : base(request, model)
    {
        _online = request.Online;
        _objective = NamedObjectives.Find(request.Loss).Pair(request.Settings, $"--loss {request.Loss}");
        _rounds = new OnlineRounds(AnchorMixture.Parse(_online.Anchor, "--anchor")) { StepsPerRound = _online.StepsPerRound, Epochs = _online.Epochs, PairsPerUpdate = _online.PairsPerUpdate };
    }

    public override RecipeChoice Algorithm => RecipeChoice.Of(_objective) is var choice && _objective.Needs.HasFlag(PairColumns.Reference) ? choice with
    {
        Settings = new Dictionary<string, string>(choice.Settings) { ["anchor"] = _online.Anchor, ["stepsPerRound"] = _online.StepsPerRound.ToString(CultureInfo.InvariantCulture) },
    } : choice;

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel) =>
        OnlinePreferenceTraining.Run(Model.Decoder, Reference, Rollout(cancel), _online.Labeller(), _objective, _rounds, RowLength, EveryStep(options), progress, cancel);
}
