using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Training.Objectives;

/// <summary>A student learns from what preference training changed in its teacher, token by token, on texts of its own (063, ADPA).</summary>
/// <remarks>
/// A(s, a) = log T_dpo(a|s) − log T_ref(a|s) for every token a of the vocabulary; loss = −mean l_w − γ·mean over s of Σ_a π(a|s)·A(s, a),
/// s being the beginnings of the student's own texts and l_w the log-probabilities of the tokens of better answers. γ = 0 is supervised fine-tuning.
/// </remarks>
/// <param name="Gamma">γ, how much the advantage counts, ≥ 0.</param>
public sealed record AdvantageDistillation(double Gamma = 1)
{
    /// <summary>γ, how much the advantage counts.</summary>
    public double Gamma { get; } = Gamma >= 0 && double.IsFinite(Gamma) ? Gamma : throw new ArgumentOutOfRangeException(nameof(Gamma), Gamma, "γ is at least 0.");

    /// <summary>The loss of a batch.</summary>
    /// <param name="chosen">l_w: log-probability of each token of better answers under the student, [tokens].</param>
    /// <param name="student">log π: of every next token, [states, vocabulary].</param>
    /// <param name="teacher">log T_dpo, [states, vocabulary].</param>
    /// <param name="before">log T_ref: the teacher before preference training, [states, vocabulary].</param>
    /// <returns>With <c>advantage</c>: the mean over states of what the student's next token is worth.</returns>
    public ObjectiveLoss Compute(Tensor chosen, Tensor student, Tensor teacher, Tensor before)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        var advantage = Expected(student, teacher, before).mean();
        return new ObjectiveLoss(-chosen.mean() - advantage.Times(Gamma), new Dictionary<string, Tensor> { ["advantage"] = advantage.detach() });
    }

    /// <summary>Σ_a π(a|s)·A(s, a), [states].</summary>
    public static Tensor Expected(Tensor student, Tensor teacher, Tensor before)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        return (student.exp() * (teacher - before).detach()).sum(-1);
    }
}
