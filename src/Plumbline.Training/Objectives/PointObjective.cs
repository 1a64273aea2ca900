using Plumbline.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>A loss over answers that were judged one by one (kernel K3); it sees numbers only, never a model. A new one is one file with <see cref="PerAnswer"/>.</summary>
public abstract record PointObjective
{
    /// <summary>What ratios are measured against.</summary>
    public virtual PointBaseline Baseline => PointBaseline.None;

    /// <summary>Whether lengths are read; they are always there in training.</summary>
    public virtual bool ReadsLengths => false;

    /// <summary>The loss of each answer, [answers].</summary>
    /// <param name="answers">Columns of the answers.</param>
    public abstract Tensor PerAnswer(PointLogProbs answers);

    /// <summary>The mean over answers.</summary>
    /// <param name="answers">Columns of the answers.</param>
    /// <returns>With <c>accuracy</c> (share of answers whose ratio is on the side of the baseline that the label asks for), <c>ratio</c> (mean ρ) and <c>baseline</c>.</returns>
    public ObjectiveLoss Compute(PointLogProbs answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var value = PerAnswer(answers).mean();
        using var off = no_grad();
        var baseline = BaselineOf(answers);
        return new ObjectiveLoss(value, new Dictionary<string, Tensor>
        {
            ["accuracy"] = (answers.Ratio - baseline).GreaterThan(0).eq(answers.Label.GreaterThan(0.5)).to(ScalarType.Float32).mean(),
            ["ratio"] = answers.Ratio.mean(),
            ["baseline"] = baseline,
        });
    }

    /// <summary>The baseline, 0 where there is none.</summary>
    private protected static Tensor BaselineOf(PointLogProbs answers) => answers.Baseline?.detach() ?? zeros([], answers.Policy.dtype, answers.Policy.device);

    /// <summary>What a good answer would cost by its label, and a bad one by the rest of it.</summary>
    private protected static Tensor Mixed(PointLogProbs answers, Tensor good, Tensor bad) => (answers.Label * good).Plus(answers.Badness * bad);

    /// <summary>−log σ(u), the logistic link.</summary>
    private protected static Tensor Logistic(Tensor u) => -nn.functional.logsigmoid(u);
}
