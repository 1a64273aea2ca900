using BenchmarkDotNet.Running;
using Plumbline.Bench;

if (args is ["generation", .. var turns])
    GenerationBenchmark.Run(turns is [var count] ? int.Parse(count, null) : 3);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
