using Plumbline.Models;
using Plumbline.Training;

namespace Plumbline.Alignment;

/// <summary>What differs between the methods of fine-tuning: which data, which training, which measure, which model comes out.</summary>
internal abstract class FineTuningTask(FineTuningRequest request, LanguageModel model) : IDisposable
{
    protected FineTuningRequest Request { get; } = request;

    /// <summary>The model with the weights it starts from.</summary>
    protected LanguageModel Model { get; } = model;

    /// <summary>Tokens in a packed row.</summary>
    protected int RowLength { get; } = Math.Min(request.RowLength ?? 1024, model.Decoder.Config.MaximumPositions);

    /// <summary>Shapes of data that will do, the likeliest first.</summary>
    public abstract IReadOnlyList<DataShape> Shapes { get; }

    /// <summary>Examples to learn from.</summary>
    public abstract int Examples { get; }

    /// <summary>The algorithm, as part of a recipe.</summary>
    public abstract RecipeChoice Algorithm { get; }

    /// <summary>What is trained, as part of a recipe.</summary>
    public RecipeChoice Trained => (Model.Decoder.Adapter is null ? ParameterGroup.Weights : ParameterGroup.Adapter).Choice(Model.Decoder);

    /// <summary>The model that says what answers are worth, and its folder; null where none does.</summary>
    public virtual (string Folder, Decoder Decoder)? Judge => null;

    /// <summary>Reads data into a file of examples.</summary>
    /// <returns>How many there are.</returns>
    public abstract Task<int> ReadAsync(DataFiles files, string path, DataLedger ledger, CancellationToken cancel);

    /// <summary>Opens what <see cref="ReadAsync"/> wrote.</summary>
    /// <param name="data">To learn from; null where there is none.</param>
    /// <param name="evaluation">To measure on; null where there is none.</param>
    public abstract void Open(string? data, string? evaluation);

    /// <summary>Computes what later measures are held against; the weights are those of the start.</summary>
    public virtual void Anchor(CancellationToken cancel)
    {
    }

    /// <summary>Measures the model as it is.</summary>
    public abstract IReadOnlyDictionary<string, double> Measure(CancellationToken cancel);

    /// <summary>Trains, or goes on from a checkpoint.</summary>
    public abstract void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel);

    /// <summary>Writes the model that came out, or the adapter.</summary>
    public virtual void Save(string folder)
    {
        if (Model.Decoder.Adapter is { } adapter)
            adapter.Save(folder);
        else
            Model.Save(folder);
    }

    public abstract void Dispose();

    /// <summary>Makes tokens of rows.</summary>
    protected ExampleMaker Maker => new(Model, RowLength, Request.TooLong, Request.Raw);

    /// <summary>Which of the data a step takes.</summary>
    protected Func<int, IReadOnlyList<int>> Batches(string purpose) => new EpochBatches(new EpochOrder(Examples, Request.Batch, Request.Seed, purpose)).Batch;

    public static FineTuningTask For(FineTuningRequest request, LanguageModel model) => request.Method switch
    {
        FineTuningMethod.Sft => new ImitationTask(request, model),
        FineTuningMethod.Dpo => new PreferenceTask(request, model),
        FineTuningMethod.Kto => new PointTask(request, model),
        FineTuningMethod.Reward => new RewardTask(request, model),
        FineTuningMethod.OnlineDpo => new OnlinePreferenceTask(request, model),
        FineTuningMethod.Ppo => new CriticTask(request, model),
        _ => new GroupTask(request, model),
    };
}
