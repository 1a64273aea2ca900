using Plumbline.Models;

namespace Plumbline.Training;

/// <summary>Packed texts, and what is trained in them.</summary>
/// <param name="Texts">What is read.</param>
/// <param name="Places">Where in the row each trained token is predicted from: the token before it in its text, [trained].</param>
/// <param name="Targets">The trained tokens, [trained].</param>
/// <param name="Weights">How much each counts, [trained].</param>
/// <param name="Examples">The example that each belongs to, [trained].</param>
internal sealed record PackedRow(PackedTexts Texts, long[] Places, long[] Targets, float[] Weights, long[] Examples);
