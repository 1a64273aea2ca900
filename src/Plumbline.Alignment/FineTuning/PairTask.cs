using Plumbline.Models;
using Plumbline.Training;

namespace Plumbline.Alignment;

/// <summary>What learns from pairs of a better and a worse answer in files.</summary>
internal abstract class PairTask(FineTuningRequest request, LanguageModel model) : FineTuningTask(request, model)
{
    private ExampleFile<ComparedPair>? _data, _evaluation;

    public override IReadOnlyList<DataShape> Shapes => [DataShape.Preference];

    public override int Examples => Data.Count;

    /// <summary>To learn from.</summary>
    protected IReadOnlyList<ComparedPair> Data => _data!;

    /// <summary>To measure on; null where there is none.</summary>
    protected IReadOnlyList<ComparedPair>? Evaluation => _evaluation;

    public override Task<int> ReadAsync(DataFiles files, string path, DataLedger ledger, CancellationToken cancel)
    {
        var maker = Maker;
        return ExampleFile.WriteAsync(path, ExampleFormats.Pairs, files.ReadAsync(ledger, row => maker.Compare((PreferenceRow)row, ledger) is { } pair ? [pair] : (ComparedPair[])[], cancel), cancel);
    }

    public override void Open(string? data, string? evaluation) =>
        (_data, _evaluation) = (new ExampleFile<ComparedPair>(data!, ExampleFormats.Pairs), evaluation is null ? null : new ExampleFile<ComparedPair>(evaluation, ExampleFormats.Pairs));

    public override void Dispose()
    {
        _data?.Dispose();
        _evaluation?.Dispose();
    }
}
