using Microsoft.Extensions.AI;
using Plumbline.Training.Files;

namespace Plumbline.Training;

/// <summary>A row of a data file, understood and checked.</summary>
/// <param name="Place">File and line, or row group and row.</param>
public abstract record DataRow(string Place)
{
    /// <summary>Tools that the assistant could call, as JSON (a list of schemas); null if there were none.</summary>
    public string? Tools { get; init; }

    /// <summary>Whether prompt and answer were given as plain text and not as messages.</summary>
    public bool Plain { get; init; }
}

/// <summary>A conversation to imitate.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Messages">All of it, in order.</param>
/// <param name="Learnt">For each message, whether it is to be imitated; only answers of the assistant are.</param>
public sealed record DemonstrationRow(string Place, IReadOnlyList<ChatMessage> Messages, IReadOnlyList<bool> Learnt) : DataRow(Place);

/// <summary>Two answers to one prompt.</summary>
/// <param name="Place">Where they stand.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Chosen">The better answer.</param>
/// <param name="Rejected">The worse answer.</param>
/// <param name="Margin">How much better, where the file says so; else 0.</param>
public sealed record PreferenceRow(string Place, IReadOnlyList<ChatMessage> Prompt, ChatMessage Chosen, ChatMessage Rejected, double Margin) : DataRow(Place)
{
    /// <summary>How much the comparison counts, where the file says so; else 1. At least 0.</summary>
    public double Weight { get; init; } = 1;
}

/// <summary>An answer, and whether it was good.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Good">Whether it was good.</param>
public sealed record LabelledRow(string Place, IReadOnlyList<ChatMessage> Prompt, ChatMessage Answer, bool Good) : DataRow(Place);

/// <summary>An answer, and how good it was.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Rating">How good it was; finite.</param>
public sealed record RatedRow(string Place, IReadOnlyList<ChatMessage> Prompt, ChatMessage Answer, double Rating) : DataRow(Place);

/// <summary>Text to learn as it is.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Text">The text, not empty.</param>
public sealed record TextRow(string Place, string Text) : DataRow(Place);

/// <summary>Something to answer.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Prompt">What is asked.</param>
/// <param name="Columns">The whole row as JSON, for whoever scores the answer.</param>
public sealed record PromptRow(string Place, IReadOnlyList<ChatMessage> Prompt, string Columns) : DataRow(Place)
{
    /// <summary>Reads a prompt from its row again.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="columns">The row as JSON.</param>
    /// <exception cref="InputException">The row has no prompt.</exception>
    public static PromptRow Parse(string place, string columns) =>
        (PromptRow)RowValue.Read(new RawRow(place, System.Text.Encoding.UTF8.GetBytes(columns)), row => ShapeReader.Read(row, DataShape.Prompt));
}
