namespace Plumbline.Models.Tokenizers;

/// <summary>What stands around a text: <c>post_processor</c> in tokenizer.json.</summary>
/// <param name="Parts">In order: tokens to add, or null where the text itself stands.</param>
internal sealed record Frame(IReadOnlyList<int[]?> Parts)
{
    /// <summary>Nothing around it.</summary>
    public static Frame None { get; } = new([null]);

    /// <param name="text">The tokens of the text.</param>
    /// <param name="added">Whether the tokens around it are added.</param>
    public int[] Around(int[] text, bool added) => [.. Parts.SelectMany(part => part is null ? text : added ? part : [])];
}
