namespace Plumbline.Deliberation;

/// <summary>A passage that was found for a question.</summary>
/// <param name="Text">As it was found.</param>
/// <param name="Approved">Whether whoever runs the system vouches for the source.</param>
public sealed record FoundPassage(string Text, bool Approved = false);
