using BenchmarkDotNet.Running;
using Plumbline.Bench;

switch (args)
{
    case ["fuzz", .. var rest]:
        return Fuzz.Run(rest);
    case ["fuzz-worker", .. var rest]:
        return Fuzz.Work(rest);
    case ["generation", .. var rest]:
        return GenerationBenchmark.Run(rest);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
