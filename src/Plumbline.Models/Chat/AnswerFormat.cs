namespace Plumbline.Models.Chat;

/// <summary>How the answers of a model are to be read.</summary>
/// <param name="Calls">How it writes calls of tools.</param>
/// <param name="Thinking">Whether the prompt has opened the reasoning already.</param>
/// <param name="Lines">Whether newlines around the reasoning belong to the markers and not to what they surround.</param>
internal readonly record struct AnswerFormat(ToolCallFormat Calls, bool Thinking, bool Lines);
