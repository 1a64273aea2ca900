using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;

namespace Plumbline.Alignment;

/// <summary>Preference optimisation on files.</summary>
internal sealed class PreferenceTask(FineTuningRequest request, LanguageModel model) : PairTask(request, model)
{
    private readonly PairObjective _objective = PairObjectives.Make(request.Loss, new PairObjectives.Settings(request.Beta, request.LabelSmoothing));
    private IReadOnlyList<(float Chosen, float Rejected)> _anchor = [];

    public override RecipeChoice Algorithm => RecipeChoice.Of(_objective);

    public override void Anchor(CancellationToken cancel)
    {
        if (Evaluation is { } evaluation)
            _anchor = HeldOut.LogProbs(Model.Decoder, new PairsOf(evaluation), RowLength, cancel);
    }

    public override IReadOnlyDictionary<string, double> Measure(CancellationToken cancel) => HeldOut.Preferences(Model.Decoder, new PairsOf(Evaluation!), _anchor, _objective, RowLength, cancel);

    public override void Train(TrainingOptions options, IProgress<TrainingProgress> progress, CancellationToken cancel) =>
        PreferenceTraining.Run(Model.Decoder, new PairsOf(Data), Batches("train.dpo"), _objective, RowLength, options, progress, cancel);

    /// <summary>The pairs without their margins, read as they are asked for.</summary>
    private sealed class PairsOf(IReadOnlyList<ComparedPair> compared) : IReadOnlyList<PairExample>
    {
        public int Count => compared.Count;

        public PairExample this[int index] => compared[index].Pair;

        public IEnumerator<PairExample> GetEnumerator() => compared.Select(each => each.Pair).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
