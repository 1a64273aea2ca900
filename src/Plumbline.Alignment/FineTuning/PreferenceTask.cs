using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>Preference optimisation on files.</summary>
internal sealed class PreferenceTask(FineTuningRequest request, LanguageModel model) : FineTuningTask(request, model)
{
    private readonly PairObjective _objective = PairObjectives.Make(request.Loss, new PairObjectives.Settings(request.Beta, request.LabelSmoothing));
    private ExampleFile<ComparedPair>? _data, _evaluation;
    private IReadOnlyList<(float Chosen, float Rejected)> _anchor = [];

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

    public override void Anchor(CancellationToken cancel)
    {
        if (_evaluation is not null)
            _anchor = HeldOut.LogProbs(Model.Decoder, new PairsOf(_evaluation), RowLength, cancel);
    }

    public override IReadOnlyDictionary<string, double> Measure(CancellationToken cancel) => HeldOut.Preferences(Model.Decoder, new PairsOf(_evaluation!), _anchor, _objective, RowLength, cancel);

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel) =>
        PreferenceTraining.Run(Model.Decoder, new PairsOf(_data!), Batches("train.dpo"), _objective, RowLength, options, progress, cancel);

    public override void Dispose()
    {
        _data?.Dispose();
        _evaluation?.Dispose();
    }

    /// <summary>The pairs without their margins, read as they are asked for.</summary>
    private sealed class PairsOf(IReadOnlyList<ComparedPair> compared) : IReadOnlyList<PairExample>
    {
        public int Count => compared.Count;

        public PairExample this[int index] => compared[index].Pair;

        public IEnumerator<PairExample> GetEnumerator() => compared.Select(each => each.Pair).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
