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
    case ["sampling"]:
        return SamplingBenchmark.Run();
    case ["dpo"]:
        PreferenceSpeed.Run();
        return 0;
    case ["sft"]:
        ArithmeticShare.Run();
        return 0;
    case ["memory", .. var rest]:
        PeakMemory.Run(rest);
        return 0;
    case ["gateway", .. var rest]:
        return await GatewayBenchmark.RunAsync(rest is [var part] ? part : "all");
    case ["fan-out"]:
        return await FanOut.RunAsync();
    case ["gateway-role", var role, var upstream]:
        return await GatewayRoles.RunAsync(role, upstream);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
