using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using Plumbline.Auditing;

namespace Plumbline.Alignment;

/// <summary>A model behind an OpenAI-compatible server. Whatever goes wrong there is said as what it is, with how to mend it, and never with the key.</summary>
/// <remarks>The key, if one is needed, is in the environment variable <c>OPENAI_API_KEY</c>. What is refused for now (429, 5xx, no connection) is tried three times more.</remarks>
internal sealed class EndpointClient : DelegatingChatClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _endpoint;
    private readonly string _model;
    private readonly string? _key;
    private readonly TimeSpan _patience;

    private EndpointClient(IChatClient inner, string endpoint, string model, string? key, TimeSpan patience) : base(inner) =>
        (_endpoint, _model, _key, _patience) = (endpoint, model, key, patience);

    /// <summary>Opens a model and asks it one thing, so that a wrong address is found out before any work is done.</summary>
    /// <param name="endpoint">The server, with the path of its API.</param>
    /// <param name="model">The model's name there.</param>
    /// <param name="cancel">Stops the asking.</param>
    /// <param name="patience">How long one request may take; two minutes if null.</param>
    /// <param name="retries">How often what is refused for now is tried again.</param>
    /// <exception cref="InputException">The address or the name cannot be right, or the server does not answer as it should.</exception>
    public static async Task<IChatClient> OpenAsync(string endpoint, string? model, CancellationToken cancel, TimeSpan? patience = null, int retries = 3)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new InputException("--endpoint", $"'{endpoint}' is not the address of a server.", "Write it with http:// or https:// and the path of the API, for example http://localhost:8080/v1.");
        if (string.IsNullOrWhiteSpace(model))
            throw new InputException("--endpoint-model", "it is not said which model of the server to ask.", "Name it, for example --endpoint-model my-model.");
        var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY") is { Length: > 0 } given ? given : null;
        var settings = new OpenAIClientOptions { Endpoint = address, NetworkTimeout = patience ?? Patience, RetryPolicy = new ClientRetryPolicy(retries) };
        var client = new EndpointClient(new OpenAIClient(new ApiKeyCredential(key ?? "none"), settings).GetChatClient(model).AsIChatClient(), endpoint, model, key, patience ?? Patience);
        try
        {
            await client.GetResponseAsync([new ChatMessage(ChatRole.User, "Hello.")], new ChatOptions { MaxOutputTokens = 1 }, cancel).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sees to it that an audit of a server has something to say.</summary>
    /// <exception cref="InputException">Not one request was answered.</exception>
    public static void RequireAnswers(SubjectAudit audit, string endpoint)
    {
        if (audit.Items.Count > 0 && audit.Items.All(item => item.Transcript.Error is not null))
            throw new InputException(endpoint, $"none of {audit.Items.Count} requests was answered. The first: {audit.Items[0].Transcript.Error}", "See that the server keeps running, and try again; an alignment goes on with --resume.");
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (!cancellationToken.IsCancellationRequested)
        {
            throw Explain(broken);
        }
    }

    private InputException Explain(Exception broken)
    {
        var cause = broken is AggregateException several ? several.InnerExceptions[^1] : broken;
        return cause switch
        {
            ClientResultException { Status: 401 or 403 } => Wrong("the server does not let us in (status " + Status(cause) + ").", "Put the key into the environment variable OPENAI_API_KEY."),
            ClientResultException { Status: 404 } => Wrong($"the server knows no such address, or no model '{_model}' (status 404).", "Look at --endpoint, which usually ends with /v1, and at --endpoint-model; the server lists its models at /models."),
            ClientResultException { Status: 429 } => Wrong("the server asks for fewer requests (status 429).", "Wait a while, or ask for a higher limit."),
            ClientResultException { Status: >= 500 } => Wrong($"the server failed (status {Status(cause)}).", "See what its log says, and try again."),
            ClientResultException { Status: > 0 } => Wrong($"the server refused the request (status {Status(cause)}): {Said(cause)}", "Look whether it is OpenAI-compatible, and whether --endpoint-model is right."),
            OperationCanceledException or TimeoutException => Wrong(FormattableString.Invariant($"there was no answer within {_patience.TotalSeconds:0} seconds."), "See whether the server is at work, and try again."),
            ClientResultException or HttpRequestException or IOException => Wrong($"the server cannot be reached: {Said(cause)}", "Look whether it runs, and whether --endpoint is its address."),
            _ => Wrong($"the server's answer cannot be read: {Said(cause)}", "Look whether --endpoint is the address of an OpenAI-compatible API; it usually ends with /v1."),
        };

        InputException Wrong(string problem, string remedy) => new(_endpoint, problem, remedy, broken);
    }

    private static int Status(Exception refused) => ((ClientResultException)refused).Status;

    /// <summary>What a server or a library said, made fit for one line, without the key.</summary>
    private string Said(Exception cause)
    {
        var message = _key is null ? cause.Message : cause.Message.Replace(_key, "(key)", StringComparison.Ordinal);
        var line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var plain = string.Concat(line.Where(character => !char.IsControl(character)));
        return plain.Length <= 200 ? plain : plain[..200] + "…";
    }
}
