using Plumbline.Models;
using Plumbline.Training;

namespace Plumbline.Alignment;

/// <summary>Supervised fine-tuning on files.</summary>
internal sealed class ImitationTask(FineTuningRequest request, LanguageModel model) : FineTuningTask(request, model)
{
    private ExampleFile<TokenExample>? _data, _evaluation;

    public override IReadOnlyList<DataShape> Shapes => [DataShape.Messages, DataShape.Labelled, DataShape.PromptCompletion, DataShape.Text];

    public override int Examples => _data!.Count;

    public override RecipeChoice Algorithm => RecipeChoice.Likelihood;

    public override Task<int> ReadAsync(DataFiles files, string path, DataLedger ledger, CancellationToken cancel)
    {
        var maker = Maker;
        return ExampleFile.WriteAsync(path, ExampleFormats.Tokens, files.ReadAsync(ledger, row => maker.Imitate(row, ledger), cancel), cancel);
    }

    public override void Open(string? data, string? evaluation) =>
        (_data, _evaluation) = (new ExampleFile<TokenExample>(data!, ExampleFormats.Tokens), evaluation is null ? null : new ExampleFile<TokenExample>(evaluation, ExampleFormats.Tokens));

    public override IReadOnlyDictionary<string, double> Measure(CancellationToken cancel) => HeldOut.Likelihood(Model.Decoder, _evaluation!, RowLength, cancel);

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel)
    {
        var batches = Batches("train.sft");
        SupervisedTraining.Run(Model.Decoder, step => [.. batches(step).Select(index => _data![index])], RowLength, options, progress, cancel);
    }

    public override void Dispose()
    {
        _data?.Dispose();
        _evaluation?.Dispose();
    }
}
