using BenchmarkDotNet.Running;
using Plumbline.Bench;

switch (args)
{
    case ["fuzz", .. var rest]:
        return Fuzz.Run(rest);
    case ["fuzz-worker", .. var rest]:
        return Fuzz.Work(rest);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
