using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>A reward model from comparisons in files.</summary>
internal sealed class RewardTask(FineTuningRequest request, LanguageModel model) : FineTuningTask(request, model)
{
    private readonly BradleyTerry _objective = new(request.Centring);
    private readonly RewardModel _reward = RewardModel.Create(model, trainable: true);
    private ExampleFile<ComparedPair>? _data, _evaluation;

    public override IReadOnlyList<DataShape> Shapes => [DataShape.Preference];

    public override int Examples => _data!.Count;

    public override RecipeChoice Algorithm => RecipeChoice.Of(_objective);

    public override Task<int> ReadAsync(DataFiles files, string path, DataLedger ledger, CancellationToken cancel)
    {
        var maker = Maker;
        return ExampleFile.WriteAsync(path, ExampleFormats.Pairs, files.ReadAsync(ledger, row => maker.Compare((PreferenceRow)row, ledger) is { } pair ? [pair] : (ComparedPair[])[], cancel), cancel);
    }

    public override void Open(string? data, string? evaluation) =>
        (_data, _evaluation) = (new ExampleFile<ComparedPair>(data!, ExampleFormats.Pairs), evaluation is null ? null : new ExampleFile<ComparedPair>(evaluation, ExampleFormats.Pairs));

    public override IReadOnlyDictionary<string, double> Measure(CancellationToken cancel) => RewardTraining.Evaluate(_reward, _evaluation!, _objective, cancel);

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel) =>
        RewardTraining.Run(_reward, _data!, Batches("train.reward"), _objective, RowLength, options, progress, cancel);

    public override void Save(string folder) => _reward.Save(folder);

    public override void Dispose()
    {
        _reward.Dispose();
        _data?.Dispose();
        _evaluation?.Dispose();
    }
}
