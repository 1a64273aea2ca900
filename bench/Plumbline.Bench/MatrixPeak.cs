using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Bench;

/// <summary>The fastest that this machine multiplies large float32 matrices.</summary>
internal static class MatrixPeak
{
    /// <summary>Operations per second of the best of some sizes.</summary>
    public static double Measure()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var best = 0.0;
        foreach (var (rows, inner, columns) in ((int, int, int)[])[(2048, 2048, 2048), (4096, 1024, 4096), (3072, 3072, 3072)])
        {
            var (left, right) = (randn(rows, inner), randn(inner, columns));
            for (var repeat = 0; repeat < 3; repeat++)
            {
                var clock = Stopwatch.StartNew();
                using var product = left.matmul(right);
                best = Math.Max(best, 2.0 * rows * inner * columns / clock.Elapsed.TotalSeconds);
            }
        }
        return best;
    }
}
