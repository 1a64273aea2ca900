using Plumbline.Training;

namespace Plumbline.Reproductions.Tokens;

/// <summary>A prompt of a token world and an answer to it.</summary>
/// <param name="Prompt">What is read.</param>
/// <param name="Answer">What was written, with its end.</param>
internal sealed record TokenText(int[] Prompt, int[] Answer)
{
    /// <summary>The answer as what is to be learnt.</summary>
    public TokenExample Example => TokenExample.Completion(Prompt, Answer);
}
