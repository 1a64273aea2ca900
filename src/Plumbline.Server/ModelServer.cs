using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Plumbline.Server;

/// <summary>A chat client behind an OpenAI-compatible endpoint, on this machine only.</summary>
/// <remarks>
/// <c>POST /v1/chat/completions</c> (whole or streamed), <c>GET /v1/models</c>, <c>GET /v1/models/NAME</c>. What goes wrong is answered as
/// <c>{"error": {"message", "type", "param", "code"}}</c>: 400 for a request that cannot be given, 404 for an unknown model or address, 413 for a body over 4 MiB,
/// 500 for a client that broke. Requests may come at the same time if the client is safe for that, as every <see cref="IChatClient"/> should be.
/// </remarks>
public sealed class ModelServer : IAsyncDisposable
{
    /// <summary>Bytes of the longest request that is read.</summary>
    internal const long LongestRequest = 4 << 20;

    /// <summary>How long answers that are being written are waited for when the server stops.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;

    private ModelServer(WebApplication application, Uri endpoint)
    {
        _application = application;
        Endpoint = endpoint;
    }

    /// <summary>What a client is to be told, for example <c>http://127.0.0.1:8080/v1</c>.</summary>
    public Uri Endpoint { get; }

    /// <summary>Begins to answer.</summary>
    /// <param name="client">Who answers; not owned.</param>
    /// <param name="model">What the model is called; a request for another is refused.</param>
    /// <param name="port">The port, or 0 for any that is free.</param>
    /// <param name="failed">Told of every exception that became an answer with status 500; null if nobody wants to know.</param>
    /// <param name="cancellationToken">Stops the beginning.</param>
    /// <exception cref="InputException">The port is taken, or may not be had.</exception>
    public static async Task<ModelServer> StartAsync(IChatClient client, string model, int port = 0, Action<Exception>? failed = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        var application = Build(port);
        Map(application, new ChatCompletions(client, model, TimeProvider.System, failed), model);
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new InputException($"port {port}", error is IOException ? "another program listens there." : "it may not be had.", "Name another port with --port N; 0 takes any that is free.", error);
        }

        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new ModelServer(application, new Uri($"{address}/v1"));
    }

    /// <summary>Answers until it is told to stop, by the token or by a signal to the process.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _application.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>Nothing but what is said here: no settings file, no environment variable and no log decides how a model is served.</summary>
    private static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = LongestRequest;
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        return builder.Build();
    }

    private static void Map(WebApplication application, ChatCompletions completions, string model)
    {
        var card = new { Id = model, Object = "model", Created = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), OwnedBy = "plumbline" };
        application.MapPost("/v1/chat/completions", completions.HandleAsync);
        application.MapGet("/v1/models", context => context.Response.WriteAsJsonAsync(new { Object = "list", Data = new[] { card } }, CompletionWriter.Json, context.RequestAborted));
        application.MapGet("/v1/models/{**name}", context => context.Request.RouteValues["name"] is string name && name != model
            ? ApiError.NoSuchModel(name, model).WriteAsync(context, CompletionWriter.Json)
            : context.Response.WriteAsJsonAsync(card, CompletionWriter.Json, context.RequestAborted));
        application.MapFallback("{**path}", context => ApiError.NoSuchAddress(context.Request).WriteAsync(context, CompletionWriter.Json));
    }
}
