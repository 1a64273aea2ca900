namespace Plumbline.Server.Upstreams;

/// <summary>What an answer of a part of the API looks like, as far as it has to be known to hand it on.</summary>
/// <param name="Path">The address below the upstream's, for example <c>chat/completions</c>.</param>
/// <param name="Member">The member that every whole answer has.</param>
/// <param name="EventMember">The member that every event of a streamed answer has.</param>
internal sealed record AnswerShape(string Path, string Member, string EventMember)
{
    public static AnswerShape ChatCompletion { get; } = new("chat/completions", "choices", "choices");

    public static AnswerShape Response { get; } = new("responses", "output", "type");

    public static AnswerShape Embeddings { get; } = new("embeddings", "data", "data");

    public static AnswerShape Models { get; } = new("models", "data", "data");

    /// <summary>One model; its name stands at the end of the path.</summary>
    public static AnswerShape Model(string name) => new($"models/{Uri.EscapeDataString(name)}", "id", "id");
}
