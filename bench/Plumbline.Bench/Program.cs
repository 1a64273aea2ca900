using BenchmarkDotNet.Running;
using Plumbline.Bench;

switch (args)
{
    case ["dpo"]:
        PreferenceSpeed.Run();
        break;
    case ["sft"]:
        ArithmeticShare.Run();
        break;
    case ["memory", .. var rest]:
        PeakMemory.Run(rest);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
