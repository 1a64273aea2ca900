using BenchmarkDotNet.Attributes;
using Plumbline.Statistics;

namespace Plumbline.Bench;

/// <summary>What a report computes for each measure, at the size of an audit.</summary>
[MemoryDiagnoser]
public class StatisticsBenchmarks
{
    private double[] _before = [];
    private double[] _after = [];

    [Params(330, 3300)]
    public int Items { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        var random = new Draws(1, "bench");
        _before = [.. Enumerable.Range(0, Items).Select(_ => random.Chance(0.6) ? 1.0 : 0)];
        _after = [.. Enumerable.Range(0, Items).Select(_ => random.Chance(0.95) ? 1.0 : 0)];
    }

    [Benchmark]
    public Estimate Wilson() => WilsonInterval.Of(Items / 2, Items);

    [Benchmark]
    public double ExactMcNemar() => McNemar.PValue(gained: Items / 3, lost: Items / 50);

    [Benchmark]
    public PairedTest Paired() => PairedTest.Of(_before, _after, seed: 1);
}
