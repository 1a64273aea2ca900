using Plumbline.Fuzzing;

namespace Plumbline.Models.Tests.Fuzzing;

/// <summary>Damaged checkpoints and adapters are read or refused, and nothing else. <c>plumbline-bench fuzz</c> goes on for as long as one likes.</summary>
public sealed class FuzzTests
{
    private static readonly IReadOnlyList<FuzzTarget> Targets = FuzzTarget.OfModels(Path.Combine(AppContext.BaseDirectory, "Fixtures"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_folders_are_read_or_refused(long seed)
    {
        using var folder = new TemporaryFolder();
        for (var number = 0; number < 200; number++)
            Assert.Null(new FuzzCase(Targets, seed, number).Run(folder["case"]));
    }

    [Fact]
    public void The_same_number_is_the_same_damage_and_some_damage_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[][] Written(long number)
        {
            new FuzzCase(Targets, 1, number).Run(folder["case"]);
            return [.. Directory.GetFiles(folder["case"]).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        }
        Assert.Equal(Written(3), Written(3));
        Assert.NotEqual(Written(3), Written(4));
        Assert.Contains(Enumerable.Range(0, 50), number =>
        {
            new FuzzCase(Targets, 1, number).Run(folder["case"]);
            return Record.Exception(() => CheckpointSummary.Of(folder["case"])) is InputException;
        });
    }

    [Fact]
    public void Undamaged_folders_are_read()
    {
        using var folder = new TemporaryFolder();
        foreach (var target in Targets)
        {
            var at = Directory.CreateDirectory(folder[target.Name]).FullName;
            foreach (var (name, bytes) in target.Files)
                File.WriteAllBytes(Path.Combine(at, name), bytes);
            target.Read(at);
        }
    }
}
