using System.Diagnostics;

namespace Plumbline.Fuzzing;

/// <summary>One damaged folder; which one is a function of seed and number alone.</summary>
/// <param name="Targets">What can be damaged.</param>
/// <param name="Seed">Same seed, same cases.</param>
/// <param name="Number">Which case.</param>
internal sealed record FuzzCase(IReadOnlyList<FuzzTarget> Targets, long Seed, long Number)
{
    private const int MostCharacters = 5000;
    private const long MostBytes = 1L << 28;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Damages a target in a folder, and has it read.</summary>
    /// <param name="folder">Emptied first.</param>
    /// <returns>What happened that must not: an exception other than a refusal, too much memory, too much time; null if all is well.</returns>
    public string? Run(string folder)
    {
        var draws = new Draws(Seed, "fuzz", Number);
        var target = draws.Pick(Targets);
        Write(folder, target, draws);
        var clock = Stopwatch.StartNew();
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            target.Read(folder);
        }
        catch (InputException refusal)
        {
            if (refusal.Message.Contains('\0', StringComparison.Ordinal) || refusal.Message.Length > MostCharacters)
                return $"{target.Name}: a refusal that nobody can read: {refusal}";
        }
#pragma warning disable CA1031 // This is what is looked for.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            return $"{target.Name}: {problem}";
        }
        if (clock.Elapsed > Longest)
            return $"{target.Name}: it took {clock.Elapsed}";
        var allocated = GC.GetTotalAllocatedBytes() - before;
        return allocated > MostBytes ? $"{target.Name}: it asked for {allocated} bytes" : null;
    }

    private static void Write(string folder, FuzzTarget target, Draws draws)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        var files = target.Files.ToDictionary(StringComparer.Ordinal);
        for (var damage = draws.Pick((int[])[1, 1, 1, 2, 3]); damage > 0 && files.Count > 0; damage--)
        {
            var name = draws.Pick(files.Keys.Order(StringComparer.Ordinal).ToArray());
            switch (draws.Next(40))
            {
                case 0:
                    files.Remove(name);
                    break;
                case 1:
                    files[name] = files[draws.Pick(files.Keys.Order(StringComparer.Ordinal).ToArray())];
                    break;
                case 2:
                    files.Remove(name);
                    Directory.CreateDirectory(Path.Combine(folder, name));
                    break;
                case < 12:
                    files[name] = ByteMutation.Apply([.. files[name]], draws);
                    break;
                default:
                    files[name] = name.EndsWith(".json", StringComparison.Ordinal) ? JsonMutation.Apply(files[name], draws) : SafeTensorsMutation.Apply(files[name], draws);
                    break;
            }
        }
        foreach (var (name, bytes) in files)
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }
}
