using System.IO.Hashing;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Plumbline.Training.Distributed;

/// <summary>The copies of a model on all ranks, which must stay one and the same.</summary>
internal static class Replicas
{
    /// <summary>Refuses ranks that do not train the same from the same.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="step">Steps made.</param>
    /// <param name="fingerprint">Of the settings.</param>
    /// <exception cref="InputException">A rank differs from the first.</exception>
    public static void RefuseOthers(ProcessGroup group, IEnumerable<Tensor> weights, int step, long fingerprint)
    {
        if (group.Size == 1)
            return;
        long[] own = [fingerprint, step, unchecked((long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(weights.Select(WeightHashes.Of).ToArray().AsSpan())))];
        var all = group.Gather(MemoryMarshal.AsBytes(own.AsSpan()));
        for (var rank = 1; rank < group.Size; rank++)
        {
            Refuse(0, "other settings", "Give every rank the same command.");
            Refuse(1, $"other checkpoints (it has made {Of(rank, 1)} steps, the first {Of(0, 1)})", "The folder of the run must lie on a file system that all machines see.");
            Refuse(2, $"other weights after {step} steps", "Give every rank the same model and the same software. If training had begun, take it up from its last checkpoint.");

            void Refuse(int what, string problem, string remedy)
            {
                if (Of(rank, what) != Of(0, what))
                    throw new InputException($"rank {rank} of {group.Size}", $"it has {problem} than rank 0.", remedy);
            }
        }

        long Of(int rank, int what) => MemoryMarshal.Cast<byte, long>(all[rank])[what];
    }
}
