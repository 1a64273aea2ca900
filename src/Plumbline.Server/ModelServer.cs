using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Plumbline.Server;

/// <summary>A chat client behind an OpenAI-compatible endpoint, on this machine only.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    private const long LongestRequest = 4 << 20;
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
    /// <param name="model">What the model is called.</param>
    /// <param name="port">The port, or 0 for any that is free.</param>
    /// <param name="cancellationToken">Stops the beginning.</param>
    /// <exception cref="InputException">The port is taken.</exception>
    public static async Task<ModelServer> StartAsync(IChatClient client, string model, int port = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = LongestRequest;
            kestrel.AddServerHeader = false;
        });
        var application = builder.Build();
        application.MapPost("/v1/chat/completions", new ChatCompletions(client, model, TimeProvider.System).HandleAsync);
        application.MapGet("/v1/models", () => Results.Json(new { @object = "list", data = new[] { new { id = model, @object = "model", owned_by = "plumbline" } } }));
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new InputException($"port {port}", "another program listens there.", "Name another port with --port N; 0 takes any that is free.", error);
        }

        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new ModelServer(application, new Uri($"{address}/v1"));
    }

    /// <summary>Answers until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await _application.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
