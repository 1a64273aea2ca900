using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>A reward model from comparisons in files.</summary>
internal sealed class RewardTask(FineTuningRequest request, LanguageModel model) : PairTask(request, model)
{
    private readonly BradleyTerry _objective = new(request.Centring);
    private readonly RewardModel _reward = RewardModel.Create(model, trainable: true);

    public override RecipeChoice Algorithm => RecipeChoice.Of(_objective);

    public override IReadOnlyDictionary<string, double> Measure(CancellationToken cancel) => RewardTraining.Evaluate(_reward, Evaluation!, _objective, cancel);

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel) =>
        RewardTraining.Run(_reward, Data, Batches("train.reward"), _objective, RowLength, options, progress, cancel);

    public override void Save(string folder) => _reward.Save(folder);

    public override void Dispose()
    {
        _reward.Dispose();
        base.Dispose();
    }
}
