using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Plumbline.Alignment;

/// <summary>Opens a model behind an OpenAI-compatible server. The key, if one is needed, is in the environment variable <c>OPENAI_API_KEY</c>.</summary>
internal static class EndpointClient
{
    public static IChatClient Open(string endpoint, string? model)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new InputException("--endpoint", $"'{endpoint}' is not the address of a server.", "Write it with http:// or https:// and the path of the API, for example http://localhost:8080/v1.");
        if (string.IsNullOrWhiteSpace(model))
            throw new InputException("--endpoint-model", "it is not said which model of the server to ask.", "Name it, for example --endpoint-model my-model.");
        var key = Environment.GetEnvironmentVariable("OPENAI_API_KEY") is { Length: > 0 } given ? given : "none";
        var settings = new OpenAIClientOptions { Endpoint = address, NetworkTimeout = TimeSpan.FromMinutes(2), RetryPolicy = new ClientRetryPolicy(3) };
        return new OpenAIClient(new ApiKeyCredential(key), settings).GetChatClient(model).AsIChatClient();
    }
}
