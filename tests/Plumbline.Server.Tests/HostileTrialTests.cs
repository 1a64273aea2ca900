using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Plumbline.Server.Tests;

/// <summary>Many requests at once against upstreams that misbehave at random: each ends with one answer or one error, and all are in the log.</summary>
/// <remarks>A few hundred by default; <c>PLUMBLINE_TRIAL=10000</c> asks for as many.</remarks>
public sealed class HostileTrialTests : IDisposable
{
    private static readonly Deed[] Deeds =
    [
        Deed.Fine, Deed.Fine, Deed.CallsATool, Deed.CallsATool, Deed.Busy, Deed.Fails, Deed.Garbage, Deed.WrongSchema, Deed.HalfAnAnswer, Deed.HalfACall, Deed.Nothing, Deed.ErrorInside, Deed.RefusesTheKey,
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-trial").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_are_accounted_for_and_no_tool_is_called_twice()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("PLUMBLINE_TRIAL") ?? "400", CultureInfo.InvariantCulture);
        var draws = new Draws(7, "trial");
        var script = Enumerable.Range(0, 50_000).Select(_ => Deeds[draws.Next(Deeds.Length)]).ToArray();
        script[3] = script[70] = script[400 % script.Length] = Deed.Hangs; // few, since each costs its whole time limit
        script[9] = Deed.MegabyteToken;
        await using var first = await HostileUpstream.StartAsync((number, _) => script[number % script.Length]);
        await using var second = await HostileUpstream.StartAsync((number, _) => script[(number + 17_000) % script.Length]);
        var log = Path.Combine(_folder, "log.jsonl");
        var outcomes = new ConcurrentDictionary<string, int>();
        await using (var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [first.Options, second.Options], LogPath = log, Forwarding = GatewayCaller.Quick with { Retries = 2 } }, Stop))
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Stop }, async (i, cancel) =>
            {
                var stream = i % 2 == 0;
                var (status, body) = await caller.AskAsync(GatewayCaller.Question($"question {i}", stream), cancel);
                outcomes.AddOrUpdate(Judge(status, body, stream), 1, (_, sum) => sum + 1);
            });
            Assert.Empty(caller.Failures);
        }

        TestContext.Current.SendDiagnosticMessage(string.Join(", ", outcomes.Select(outcome => $"{outcome.Key}: {outcome.Value}")));
        Assert.Equal(count, outcomes.Values.Sum());
        Assert.DoesNotContain(outcomes.Keys, outcome => outcome.StartsWith("wrong", StringComparison.Ordinal));
        Assert.True(outcomes.GetValueOrDefault("answered") > count / 2, string.Join(", ", outcomes));
        var records = (await File.ReadAllLinesAsync(log, Stop)).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(count, records.Length);
        Assert.Equal(count, records.Select(record => record.GetProperty("request").GetProperty("messages")[0].GetProperty("content").GetString()).Distinct().Count());
        Assert.Equal(outcomes.GetValueOrDefault("answered"), records.Count(record => record.GetProperty("error").ValueKind == JsonValueKind.Null));
        Assert.DoesNotContain(HostileUpstream.Key, await File.ReadAllTextAsync(log, Stop), StringComparison.Ordinal);
    }

    /// <summary>Whether it is one whole answer, or one error that says what happened; anything else is wrong.</summary>
    private static string Judge(HttpStatusCode status, string body, bool stream)
    {
        if (body.Contains(HostileUpstream.Key, StringComparison.Ordinal))
            return $"wrong: {body}";
        if (status != HttpStatusCode.OK)
            return (int)status is 429 or 502 or 503 or 504 && GatewayCaller.Code(body) is { } code ? code : $"wrong: {status} {body}";
        var calls = body.Split("\"call_1\"").Length - 1;
        if (!stream)
            return calls <= 1 && JsonDocument.Parse(body).RootElement.GetProperty("choices").GetArrayLength() == 1 ? "answered" : $"wrong: {body}";
        var events = body.Replace("(cut)", "", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(each => each["data: ".Length..]).ToArray();
        if (events[^1] != "[DONE]")
            return calls <= 1 && body.EndsWith("(cut)", StringComparison.Ordinal) && events[^1].StartsWith("{\"error\"", StringComparison.Ordinal) ? "cut short" : $"wrong: {body}";
        return calls <= 1 && events[..^1].All(each => JsonDocument.Parse(each).RootElement.GetProperty("choices").GetArrayLength() == 1) ? "answered" : $"wrong: {body}";
    }
}
