using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.Server;
using Yarp.ReverseProxy.Configuration;

namespace Plumbline.Bench;

/// <summary>The processes of the gateway's benchmark: a bare upstream, a gateway in front of it, and YARP in front of it. Each prints its address and runs until its input ends.</summary>
internal static class GatewayRoles
{
    private static readonly byte[] Whole = """{"id":"c1","object":"chat.completion","created":1,"model":"stub","choices":[{"index":0,"message":{"role":"assistant","content":"I am sorry, returns are accepted within 30 days (return-window)."},"finish_reason":"stop"}],"usage":{"prompt_tokens":31,"completion_tokens":14,"total_tokens":45}}"""u8.ToArray();

    public static async Task<int> RunAsync(string role, string? upstream)
    {
        if (role == "gateway")
        {
            await using var gateway = await GatewayServer.StartAsync(new GatewayOptions { Upstreams = [new UpstreamOptions(new Uri(upstream!))], AtOnce = 10_000 });
            await UntilInputEndsAsync(gateway.Endpoint.AbsoluteUri);
            return 0;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        if (role == "yarp")
        {
            builder.Services.AddLogging();
            builder.Services.AddReverseProxy().LoadFromMemory(
                [new RouteConfig { RouteId = "all", ClusterId = "stub", Match = new RouteMatch { Path = "{**all}" } }],
                [new ClusterConfig { ClusterId = "stub", Destinations = new Dictionary<string, DestinationConfig> { ["stub"] = new() { Address = new Uri(upstream!).GetLeftPart(UriPartial.Authority) } } }]);
        }

        await using var application = builder.Build();
        if (role == "yarp")
            application.MapReverseProxy();
        else
            application.MapPost("/v1/chat/completions", AnswerAsync);
        await application.StartAsync();
        await UntilInputEndsAsync(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/v1");
        return 0;
    }

    /// <summary>Whole answers at once; streams with as many events as the body's <c>max_tokens</c>, a pause of <c>seed</c> ms between them, the time in each.</summary>
    private static async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        if (!body.Contains("\"stream\":true", StringComparison.Ordinal))
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Whole.Length;
            await context.Response.Body.WriteAsync(Whole, context.RequestAborted);
            return;
        }

        var (events, pause) = (Number(body, "max_tokens"), Number(body, "seed"));
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < events; i++)
        {
            if (pause > 0)
                await Task.Delay(pause, context.RequestAborted);
            await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"data: {{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":{Stopwatch.GetTimestamp()},\"model\":\"stub\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\" returns\"}},\"finish_reason\":null}}]}}\n\n"), context.RequestAborted);
            if (pause > 0)
                await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        await context.Response.WriteAsync("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":0,\"model\":\"stub\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", context.RequestAborted);
    }

    private static int Number(string body, string name)
    {
        var start = body.IndexOf($"\"{name}\":", StringComparison.Ordinal) + name.Length + 3;
        var end = body.AsSpan(start).IndexOfAnyExceptInRange('0', '9');
        return int.Parse(body.AsSpan(start, end), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static async Task UntilInputEndsAsync(string address)
    {
        Console.WriteLine(address);
        while (await Console.In.ReadLineAsync() is not null)
        {
        }
    }
}
