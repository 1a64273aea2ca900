using Plumbline.Models;
using static TorchSharp.torch;

namespace Plumbline.Fuzzing;

/// <summary>A folder that is valid, and who reads it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Files">Its files by name.</param>
/// <param name="Read">Reads a folder: that it does, or that it throws an <see cref="InputException"/>, is all that may happen.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyDictionary<string, byte[]> Files, Action<string> Read)
{
    /// <summary>The checkpoints of every architecture, and the adapters, that the tests are held against.</summary>
    /// <param name="fixtures">Their folder.</param>
    public static IReadOnlyList<FuzzTarget> OfModels(string fixtures) =>
    [
        .. Directory.GetDirectories(Path.Combine(fixtures, "logits")).Order(StringComparer.Ordinal).Select(folder => new FuzzTarget(Path.GetFileName(folder), FilesOf(folder), ReadDecoder)),
        .. Directory.GetDirectories(Path.Combine(fixtures, "adapters")).Order(StringComparer.Ordinal).Select(folder => new FuzzTarget($"adapter-{Path.GetFileName(folder)}", FilesOf(folder), ReadAdapter(BaseOf(fixtures, Path.GetFileName(folder))))),
    ];

    /// <summary>The files of a folder that are read.</summary>
    public static IReadOnlyDictionary<string, byte[]> FilesOf(string folder) =>
        Directory.GetFiles(folder).Where(file => Path.GetFileName(file) is not "expected.json").ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes, StringComparer.Ordinal);

    private static void ReadDecoder(string folder)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        _ = CheckpointSummary.Of(folder).TrainingBytes(100);
        using var decoder = Decoder.Load(folder);
        _ = decoder.Logits(decoder.Hidden(zeros([1, 4], ScalarType.Int64), TensorArithmetic.CountUpTo(4).unsqueeze(0))).sum().item<float>();
    }

    private static Action<string> ReadAdapter(string checkpoint) => folder =>
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var adapter = Adapter.Load(folder);
        using var decoder = Decoder.Load(checkpoint);
        adapter.ApplyTo(decoder);
    };

    private static string BaseOf(string fixtures, string adapter) =>
        Directory.GetDirectories(Path.Combine(fixtures, "logits")).Where(folder => adapter.StartsWith(Path.GetFileName(folder), StringComparison.Ordinal)).MaxBy(folder => folder.Length)!;
}
