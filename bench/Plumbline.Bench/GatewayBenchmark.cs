using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Plumbline.Bench;

/// <summary>A gateway without strategies against the bare upstream (latency) and against YARP (throughput), and its memory over 100,000 requests; every part a process of its own.</summary>
internal static class GatewayBenchmark
{
    private const int Streams = 200;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(6);

    public static async Task<int> RunAsync(string part)
    {
        using var stub = Role.Start("stub", null);
        using var gateway = Role.Start("gateway", stub.Address);
        using var yarp = Role.Start("yarp", stub.Address);
        if (part is "latency" or "all")
            await LatencyAsync(stub, gateway, yarp);
        if (part is "throughput" or "all")
            await ThroughputAsync(stub, gateway, yarp);
        if (part is "memory" or "all")
            await MemoryAsync(gateway);
        return 0;
    }

    private static async Task LatencyAsync(params Role[] roles)
    {
        var latencies = roles.ToDictionary(role => role.Name, _ => new List<double>());
        for (var round = 0; round < 4; round++)
        {
            foreach (var role in roles)
            {
                var seen = await StreamAsync(role.Address, TimeSpan.FromSeconds(5));
                if (round > 0) // the first is warming up
                    latencies[role.Name].AddRange(seen);
            }
        }

        var bare = latencies[roles[0].Name];
        foreach (var role in roles)
        {
            var times = latencies[role.Name];
            Say($"{role.Name}: {times.Count} events of {Streams} streams at once, p50 {At(times, 0.5):0.000} ms, p99 {At(times, 0.99):0.000} ms; more than the bare upstream: {At(times, 0.5) - At(bare, 0.5):0.000} and {At(times, 0.99) - At(bare, 0.99):0.000} ms");
        }
    }

    /// <summary>Milliseconds from the writing of an event at the upstream to its arrival, of streams that have an event every 50 ms.</summary>
    private static async Task<List<double>> StreamAsync(string address, TimeSpan length)
    {
        using var http = Client();
        var all = new ConcurrentBag<List<double>>();
        var events = (int)(length.TotalMilliseconds / 50);
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(async i =>
        {
            await Task.Delay(i * 50 / Streams); // spread over the pause
            using var request = Request(address, Body(events, 50, stream: true));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            var times = new List<double>(events);
            while (await reader.ReadLineAsync() is { } line)
            {
                var now = Stopwatch.GetTimestamp();
                var start = line.IndexOf("\"created\":", StringComparison.Ordinal) + 10;
                if (start > 10 && long.Parse(line.AsSpan(start, line.AsSpan(start).IndexOf(',')), CultureInfo.InvariantCulture) is > 0 and var written)
                    times.Add((now - written) * 1000.0 / Stopwatch.Frequency);
            }
            all.Add(times);
        }));
        return [.. all.SelectMany(times => times)];
    }

    private static async Task ThroughputAsync(params Role[] roles)
    {
        foreach (var (name, body) in new[] { ("whole answers", Body(1, 0, stream: false)), ("streams of 200 events", Body(200, 0, stream: true)) })
        {
            var rates = roles.ToDictionary(role => role.Name, _ => new List<double>());
            for (var round = 0; round < 4; round++)
            {
                foreach (var role in roles)
                {
                    var rate = await RateAsync(role.Address, body, round == 0 ? TimeSpan.FromSeconds(2) : Turn);
                    if (round > 0)
                        rates[role.Name].Add(rate);
                }
            }

            var yarp = At(rates["yarp"], 0.5);
            foreach (var role in roles)
                Say($"{name}, {role.Name}: {At(rates[role.Name], 0.5):0} a second ({string.Join(", ", rates[role.Name].Select(rate => rate.ToString("0", CultureInfo.InvariantCulture)))}), {At(rates[role.Name], 0.5) / yarp:0.000} of YARP");
        }
    }

    private static async Task<double> RateAsync(string address, string body, TimeSpan length)
    {
        using var http = Client();
        var (count, begun) = (0, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(begun) < length)
            {
                await AskAsync(http, address, body);
                Interlocked.Increment(ref count);
            }
        }));
        return count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task MemoryAsync(Role gateway)
    {
        using var http = Client();
        var seen = new List<long>();
        for (var part = 0; part <= 10; part++)
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) => await AskAsync(http, gateway.Address, i % 10 == 0 ? Body(20, 0, stream: true) : Body(1, 0, stream: false)));
            seen.Add(gateway.Resident);
        }

        Say($"resident memory of the gateway after every 10,000 requests, MiB: {string.Join(" ", seen.Select(bytes => bytes >> 20))}");
    }

    private static async Task AskAsync(HttpClient http, string address, string body)
    {
        using var request = Request(address, body);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await response.Content.CopyToAsync(Stream.Null);
    }

    private static HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });

    private static HttpRequestMessage Request(string address, string body) => new(HttpMethod.Post, address + "/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static string Body(int events, int pause, bool stream) =>
        $$"""{"model":"stub","stream":{{(stream ? "true" : "false")}},"max_tokens":{{events}},"seed":{{pause}},"messages":[{"role":"system","content":"You are a clerk at a shop counter."},{"role":"user","content":"I bought this lamp 40 days ago. Can I return it? {{new string('x', 400)}}"}]}""";

    private static double At(List<double> values, double share) => values.Order().ElementAt((int)((values.Count - 1) * share));

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Another process of this program.</summary>
    private sealed class Role(string name, Process process, string address) : IDisposable
    {
        public string Name => name;

        public string Address => address;

        public long Resident
        {
            get
            {
                process.Refresh();
                return process.WorkingSet64;
            }
        }

        public static Role Start(string name, string? upstream)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
                start.ArgumentList.Add(typeof(Role).Assembly.Location);
            foreach (var argument in new[] { "gateway-role", name, upstream ?? "" })
                start.ArgumentList.Add(argument);
            var process = Process.Start(start)!;
            return new Role(name, process, process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The {name} did not begin."));
        }

        public void Dispose()
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(5000))
                process.Kill();
            process.Dispose();
        }
    }
}
