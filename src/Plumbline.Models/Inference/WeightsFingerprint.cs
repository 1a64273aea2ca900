using System.Buffers.Binary;
using System.IO.Hashing;

namespace Plumbline.Models.Inference;

/// <summary>Tells whether weights have changed. Reading all of them takes about as long as one token of an answer.</summary>
/// <param name="Hash">XXH3 of all pieces, 128 bits.</param>
internal sealed record WeightsFingerprint(UInt128 Hash)
{
    private const int Piece = 1 << 22;

    public static unsafe WeightsFingerprint Of(DecoderWeights weights)
    {
        var pieces = weights.Pieces.SelectMany(piece => Split(piece.Start, piece.Bytes)).ToArray();
        var hashes = new byte[pieces.Length * 16];
        WorkerTeam.Shared.Share(pieces.Length, LibTorch.Threads, index =>
            BinaryPrimitives.WriteUInt128LittleEndian(hashes.AsSpan(index * 16), XxHash128.HashToUInt128(new ReadOnlySpan<byte>((void*)pieces[index].Start, pieces[index].Bytes))));
        return new(XxHash128.HashToUInt128(hashes));
    }

    private static IEnumerable<(IntPtr Start, int Bytes)> Split(IntPtr start, long bytes)
    {
        for (long at = 0; at < bytes; at += Piece)
            yield return ((IntPtr)(start + at), (int)Math.Min(Piece, bytes - at));
    }
}
