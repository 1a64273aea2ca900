using BenchmarkDotNet.Attributes;
using Plumbline.Worlds.Counter;

namespace Plumbline.Bench;

/// <summary>Specifications: reading, writing, drawing the requests of an audit.</summary>
[MemoryDiagnoser]
public class SpecificationBenchmarks
{
    private string _text = "";
    private Specification _specification = null!;
    private CounterPolicy _policy = null!;

    [GlobalSetup]
    public void Draw()
    {
        _specification = CounterSpecifications.Draw(new Draws(1, "bench"), heldOut: false);
        _policy = new CounterPolicy(_specification);
        _text = _specification.ToYaml();
    }

    [Benchmark]
    public Specification Parse() => Specification.Parse(_text, "bench.spec.yaml");

    [Benchmark]
    public string Write() => _specification.ToYaml();

    [Benchmark]
    public Suite DrawAuditOf330() => CounterSuite.HeldOut(_policy, 330, seed: 1);
}
