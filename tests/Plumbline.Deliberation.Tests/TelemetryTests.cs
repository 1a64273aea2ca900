using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_stage_leaves_a_span_and_metrics_with_the_names_of_the_convention()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == DeliberatingChatClient.TelemetryName, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = spans.Enqueue };
        ActivitySource.AddActivityListener(listener);
        var measured = new ConcurrentQueue<(string Name, double Value, string? Type)>();
        using var meters = new MeterListener { InstrumentPublished = (instrument, own) => { if (instrument.Meter.Name == DeliberatingChatClient.TelemetryName) own.EnableMeasurementEvents(instrument); } };
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, null)));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Enqueue((instrument.Name, value, Type(tags))));
        meters.Start();
        using var client = new FunctionChatClient(_ => "Hello.").AsBuilder().UseAlign3(StrategyLawsTests.Specification).Build();
        await client.GetResponseAsync("Hi.", cancellationToken: TestContext.Current.CancellationToken);
        var span = spans.First(each => each.DisplayName == "deliberate align3" && each.GetTagItem("plumbline.calls") is 3);
        Assert.Equal("chat", span.GetTagItem("gen_ai.operation.name"));
        Assert.Equal((30L, 15L), (span.GetTagItem("gen_ai.usage.input_tokens"), span.GetTagItem("gen_ai.usage.output_tokens")));
        Assert.Contains(measured, each => each is { Name: "gen_ai.client.operation.duration", Value: > 0 });
        Assert.Contains(measured, each => each is { Name: "gen_ai.client.token.usage", Type: "input", Value: 30 });
        Assert.Contains(measured, each => each is { Name: "gen_ai.client.token.usage", Type: "output", Value: 15 });
    }

    private static string? Type(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
            if (name == "gen_ai.token.type")
                return (string?)value;
        return null;
    }
}
