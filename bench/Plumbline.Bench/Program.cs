using BenchmarkDotNet.Running;
using Plumbline.Bench;

switch (args)
{
    case ["fuzz", .. var rest]:
        return Fuzz.Run(rest);
    case ["fuzz-worker", .. var rest]:
        return Fuzz.Work(rest);
    case ["generation", .. var turns]:
        GenerationBenchmark.Run(turns is [var count] ? int.Parse(count, null) : 3);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
