namespace Plumbline.Alignment;

/// <summary>What a recipe says for a key, and where it stands.</summary>
/// <param name="Items">The words: one, or those of a list.</param>
/// <param name="IsList">Whether they stand in a list.</param>
/// <param name="Place">File, line and column, or the option of the command line.</param>
/// <param name="Folder">What relative paths in it start from.</param>
internal sealed record RecipeValue(IReadOnlyList<string> Items, bool IsList, string Place, string Folder);
