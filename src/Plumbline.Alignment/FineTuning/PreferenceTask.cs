using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>Preference optimisation on files.</summary>
internal sealed class PreferenceTask : PairTask
{
    private readonly PairObjective _objective;
    private IReadOnlyList<PairAnchor> _anchor = [];

    public PreferenceTask(FineTuningRequest request, LanguageModel model)
        : base(request, model)
    {
        _objective = NamedObjectives.Find(request.Loss).Pair(request.Settings, $"--loss {request.Loss}");
        if (!HasReference && (request.Reference is not null || request.Stages > 1))
            throw new InputException($"--loss {request.Loss}", "this loss has no reference that could move.", "Leave --reference-every and --stages out, or choose another loss.");
        if (request.Reference is not null && request.Stages > 1)
            throw new InputException("--stages", "the reference moves after every stage already.", "Leave --reference-every out.");
    }

    public override RecipeChoice Algorithm => RecipeChoice.Of(_objective);

    private bool HasReference => _objective.Needs.HasFlag(PairColumns.Reference);

    public override void Open(string? data, string? evaluation)
    {
        base.Open(data, evaluation);
        if (_objective.Needs.HasFlag(PairColumns.Gap) && Data.All(each => each.Margin == 0))
            throw new InputException($"--loss {Request.Loss}", "no row says by how much the chosen answer is better.", "Add a column 'margin' to the data, or choose another loss.");
    }

    public override void Anchor(CancellationToken cancel)
    {
        if (Evaluation is { } evaluation && HasReference)
            _anchor = HeldOut.LogProbs(Model.Decoder, new PairsOf(evaluation), RowLength, cancel);
    }

    public override IReadOnlyDictionary<string, double> Measure(CancellationToken cancel) => HeldOut.Preferences(Model.Decoder, new PairsOf(Evaluation!), _anchor, _objective, RowLength, cancel);

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel)
    {
        var perStage = (options.Steps + Request.Stages - 1) / Request.Stages;
        var (batches, reference) = Request.Stages == 1 ? (Batches("train.dpo"), Request.Reference) : (Staged(perStage), new MovingReference(Math.Max(1, perStage)));
        PreferenceTraining.Run(Model.Decoder, new PairsOf(Data), batches, _objective, RowLength, options, progress, cancel, reference);
    }

    /// <summary>The pairs of a step where each stage has a part of its own, in the order of the data.</summary>
    private Func<int, IReadOnlyList<int>> Staged(int perStage)
    {
        var stages = Request.Stages;
        if (Examples < stages)
            throw new InputException("--stages", $"there are {Examples} pairs for {stages} stages.", "Ask for fewer stages.");
        int[] starts = [.. Enumerable.Range(0, stages + 1).Select(stage => (int)((long)Examples * stage / stages))];
        EpochBatches[] orders = [.. Enumerable.Range(0, stages).Select(stage => new EpochBatches(new EpochOrder(starts[stage + 1] - starts[stage], Request.Batch, Request.Seed, $"train.dpo.stage{stage}")))];
        return step =>
        {
            var (stage, within) = Math.DivRem(step, perStage);
            return [.. orders[stage].Batch(within).Select(index => starts[stage] + index)];
        };
    }

    /// <summary>The pairs, read as they are asked for.</summary>
    private sealed class PairsOf(IReadOnlyList<ComparedPair> compared) : IReadOnlyList<PairExample>
    {
        public int Count => compared.Count;

        public PairExample this[int index] => compared[index].Pair;

        public IEnumerator<PairExample> GetEnumerator() => compared.Select(each => each.Pair).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
