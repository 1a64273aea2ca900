using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plumbline.Server.Upstreams;

namespace Plumbline.Server;

/// <summary>An OpenAI-compatible endpoint in front of other servers, or of a model in process, that holds answers to a specification.</summary>
/// <remarks>
/// <c>POST /v1/chat/completions</c>, <c>/v1/responses</c> and <c>/v1/embeddings</c>, <c>GET /v1/models</c>, <c>/health/live</c> and <c>/health/ready</c>. Where there is neither a
/// specification nor a strategy, requests and answers pass byte for byte. What goes wrong is answered as <c>{"error": {"message", "type", "param", "code"}}</c>.
/// </remarks>
public sealed class GatewayServer : IAsyncDisposable
{
    /// <summary>How long answers that are being written are waited for when the server stops.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;
    private readonly GatewayParts _parts;

    private GatewayServer(WebApplication application, GatewayParts parts, Uri endpoint) => (_application, _parts, Endpoint) = (application, parts, endpoint);

    /// <summary>What a client is to be told, for example <c>http://127.0.0.1:8080/v1</c>.</summary>
    public Uri Endpoint { get; }

    /// <summary>Begins to answer.</summary>
    /// <param name="options">What, from where, to whom.</param>
    /// <param name="say">Told what whoever runs it should know: edits that were read, and those that could not be. Never a key, nor what was asked.</param>
    /// <param name="failed">Told of every exception that became an answer with status 500.</param>
    /// <param name="cancellationToken">Stops the beginning.</param>
    /// <exception cref="InputException">A file cannot be read, the options contradict each other, or the port is taken.</exception>
    public static async Task<GatewayServer> StartAsync(GatewayOptions options, Action<string>? say = null, Action<Exception>? failed = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IPAddress.IsLoopback(options.Address) && options.KeysPath is null)
            throw new InputException($"address {options.Address}", "other machines would be let in, and there are no keys to tell who they are.", "Make keys with 'plumbline serve keys add NAME' and name their file with --keys FILE, or listen at 127.0.0.1.");
        var parts = new GatewayParts(options, say ?? (_ => { }), TimeProvider.System);
        var application = Build(options);
        try
        {
            Map(application, new Gateway(parts, failed), parts);
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            await parts.DisposeAsync().ConfigureAwait(false);
            if (error is IOException or System.Net.Sockets.SocketException)
                throw new InputException($"port {options.Port}", error is IOException ? "another program listens there." : "it may not be had.", "Name another port with --port N; 0 takes any that is free.", error);
            throw;
        }

        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new GatewayServer(application, parts, new Uri($"{address}/v1"));
    }

    /// <summary>Answers until it is told to stop, by the token or by a signal to the process.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _application.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync().ConfigureAwait(false); // first, so that every request that was begun is in the log
        await _parts.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Nothing but what is said here: no settings file, no environment variable and no log decides how requests are answered.</summary>
    private static WebApplication Build(GatewayOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Address, options.Port);
            kestrel.Limits.MaxRequestBodySize = options.LongestRequest;
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        return builder.Build();
    }

    private static void Map(WebApplication application, Gateway gateway, GatewayParts parts)
    {
        application.MapPost("/v1/chat/completions", context => gateway.AnswerAsync(context, AnswerShape.ChatCompletion));
        application.MapPost("/v1/responses", context => gateway.AnswerAsync(context, AnswerShape.Response));
        application.MapPost("/v1/embeddings", context => gateway.AnswerAsync(context, AnswerShape.Embeddings));
        application.MapGet("/v1/models", context => gateway.AnswerAsync(context, AnswerShape.Models));
        application.MapGet("/v1/models/{**name}", context => gateway.AnswerAsync(context, AnswerShape.Model((string)context.Request.RouteValues["name"]!)));
        application.MapGet("/health/live", context => context.Response.WriteAsJsonAsync(new { Status = "live" }, CompletionWriter.Json, context.RequestAborted));
        application.MapGet("/health/ready", context => Readiness.Of(parts).WriteAsync(context));
        application.MapFallback("{**path}", context => ApiError.NoSuchAddress(context.Request, Gateway.Addresses).WriteAsync(context, CompletionWriter.Json));
    }
}
