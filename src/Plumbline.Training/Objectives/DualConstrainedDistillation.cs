using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>A student follows its preference-trained teacher on the better and on the worse answer alike (063, DCKD).</summary>
/// <remarks>loss = −mean l_w + κ·mean over the tokens of both answers of KL(T_dpo ‖ π). The mean, so that long answers do not drown the first term.</remarks>
/// <param name="Weight">κ, how much the divergence counts, ≥ 0.</param>
public sealed record DualConstrainedDistillation(double Weight = 1)
{
    /// <summary>κ, how much the divergence counts.</summary>
    public double Weight { get; } = Weight >= 0 && double.IsFinite(Weight) ? Weight : throw new ArgumentOutOfRangeException(nameof(Weight), Weight, "κ is at least 0.");

    /// <summary>The loss of a batch.</summary>
    /// <param name="chosen">l_w: log-probability of each token of better answers under the student, [tokens].</param>
    /// <param name="student">log π: of every next token, at the tokens of both answers, [states, vocabulary].</param>
    /// <param name="teacher">log T_dpo, [states, vocabulary].</param>
    /// <returns>With <c>divergence</c>: the mean over states.</returns>
    public ObjectiveLoss Compute(Tensor chosen, Tensor student, Tensor teacher)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        var divergence = Divergence(teacher, student).mean();
        return new ObjectiveLoss(divergence.Times(Weight) - chosen.mean(), new Dictionary<string, Tensor> { ["divergence"] = divergence.detach() });
    }

    /// <summary>KL(T ‖ π) of each state, [states]; no gradient through the teacher.</summary>
    public static Tensor Divergence(Tensor teacher, Tensor student)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        var fixedTeacher = teacher.detach();
        return (fixedTeacher.exp() * (fixedTeacher - student)).sum(-1);
    }
}
