namespace Plumbline.Server;

/// <summary>A server of the OpenAI API that requests are handed on to.</summary>
/// <param name="Address">Its address with the path of the API, for example <c>http://localhost:8000/v1</c>.</param>
/// <param name="Key">The key that it wants, or null.</param>
/// <param name="Models">The models that it serves; none: whichever is asked for.</param>
public sealed record UpstreamOptions(Uri Address, Secret? Key = null, IReadOnlyList<string>? Models = null);

/// <summary>A text that is never printed: only who asks for it by name gets it.</summary>
/// <param name="text">The text, not empty.</param>
public sealed class Secret(string text)
{
    /// <summary>The text itself.</summary>
    public string Reveal() => text;

    /// <summary>Not the text.</summary>
    public override string ToString() => "(key)";
}
