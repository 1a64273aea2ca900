using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>Learning from answers in files that were judged one by one.</summary>
internal sealed class PointTask(FineTuningRequest request, LanguageModel model) : FineTuningTask(request, model)
{
    private readonly PointObjective _objective = NamedObjectives.Find(request.Loss).Point(request.Settings, $"--loss {request.Loss}");
    private ExampleFile<PointExample>? _data, _evaluation;
    private IReadOnlyList<float> _anchor = [];

    public override IReadOnlyList<DataShape> Shapes => [DataShape.Labelled, DataShape.Rated, DataShape.Preference];

    public override int Examples => _data!.Count;

    public override RecipeChoice Algorithm => RecipeChoice.Of(_objective);

    public override Task<int> ReadAsync(DataFiles files, string path, DataLedger ledger, CancellationToken cancel)
    {
        var maker = Maker;
        return ExampleFile.WriteAsync(path, ExampleFormats.Points, files.ReadAsync(ledger, row => maker.Judge(row, (Request.WorstRating, Request.BestRating), ledger), cancel), cancel);
    }

    public override void Open(string? data, string? evaluation) =>
        (_data, _evaluation) = (new ExampleFile<PointExample>(data!, ExampleFormats.Points), evaluation is null ? null : new ExampleFile<PointExample>(evaluation, ExampleFormats.Points));

    public override void Anchor(CancellationToken cancel)
    {
        if (_evaluation is not null)
            _anchor = PointTraining.LogProbs(Model.Decoder, _evaluation, RowLength, cancel);
    }

    public override IReadOnlyDictionary<string, double> Measure(CancellationToken cancel) => PointTraining.Evaluate(Model.Decoder, _evaluation!, _anchor, _objective, RowLength, cancel);

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel) =>
        PointTraining.Run(Model.Decoder, _data!, Batches("train.kto"), _objective, RowLength, options, progress, cancel);

    public override void Dispose()
    {
        _data?.Dispose();
        _evaluation?.Dispose();
    }
}
