using Plumbline.Models;
using Plumbline.Tests;
using Plumbline.Training;

namespace Plumbline.Training.Tests;

/// <summary>Log-probabilities of the reference are kept, and never trusted where they are not as they were written.</summary>
public sealed class ReferenceScoresTests
{
    private static readonly PairExample[] Pairs = [.. Enumerable.Range(0, 150).Select(index => new PairExample(TinyModel.Text(1, 2 * index, 12), TinyModel.Text(1, 2 * index + 1, 12)))];

    [Fact]
    public void What_was_computed_is_read_and_not_computed_again()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        var computed = Scores(model, null);
        Assert.Equal(computed, Scores(model, folder.Path));
        var written = File.GetLastWriteTimeUtc(Cache(folder));
        var length = new FileInfo(Cache(folder)).Length;
        Assert.Equal(computed, Scores(model, folder.Path));
        Assert.Equal((written, length), (File.GetLastWriteTimeUtc(Cache(folder)), new FileInfo(Cache(folder)).Length));
    }

    [Fact]
    public void Another_model_and_other_pairs_have_a_cache_of_their_own()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        using var other = TinyModel.Make(seed: 2);
        Assert.NotEqual(Scores(model, folder.Path), Scores(other, folder.Path));
        ReferenceScores.Of(model.Decoder, false, Pairs[..3], 64, folder.Path, null, null, default);
        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
    }

    [Theory] // cut anywhere, as a kill leaves it: in the header, in a part, between parts
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(33)]
    [InlineData(400)]
    [InlineData(556)]
    [InlineData(1000)]
    public void A_file_that_was_cut_off_is_gone_on_with(int length)
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        var computed = Scores(model, folder.Path);
        var whole = File.ReadAllBytes(Cache(folder));
        File.WriteAllBytes(Cache(folder), whole[..length]);
        var notes = new List<string>();
        Assert.Equal(computed, Scores(model, folder.Path, notes));
        Assert.Empty(notes);
        Assert.Equal(whole, File.ReadAllBytes(Cache(folder)));
    }

    [Theory]
    [InlineData(3)] // magic
    [InlineData(12)] // key
    [InlineData(100)] // its numbers
    [InlineData(550)] // its hash
    [InlineData(700)] // numbers of the second part
    public void A_damaged_file_is_computed_again_with_a_note(int place)
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        var computed = Scores(model, folder.Path);
        var bytes = File.ReadAllBytes(Cache(folder));
        var whole = bytes.ToArray();
        bytes[place] ^= 0x40;
        File.WriteAllBytes(Cache(folder), bytes);
        var notes = new List<string>();
        Assert.Equal(computed, Scores(model, folder.Path, notes));
        Assert.Contains("damaged", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllBytes(Cache(folder)));
    }

    [Fact]
    public void Stopped_on_the_way_it_keeps_what_it_has()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => ReferenceScores.Of(model.Decoder, false, Pairs, 64, folder.Path, null, null, stopped.Token));
        Assert.Equal(Scores(model, null), Scores(model, folder.Path));
    }

    [Fact]
    public void On_a_full_disk_what_was_computed_is_kept_and_gone_on_with()
    {
        using var disk = new SmallDisk(4096); // a header and seven parts
        using var model = TinyModel.Make();
        PairExample[] pairs = [.. Pairs, .. Pairs, .. Pairs, .. Pairs];
        var problem = Assert.Throws<InputException>(() => ReferenceScores.Of(model.Decoder, false, pairs, 64, disk.Path, null, null, default));
        Assert.Contains("No space left on device", problem.Problem, StringComparison.Ordinal);
        Assert.Contains("Make room on the disk", problem.Remedy, StringComparison.Ordinal);
        disk.Grow(8192);
        var written = Directory.GetFiles(disk.Path).Single();
        var notes = new List<string>();
        Assert.Equal(ReferenceScores.Of(model.Decoder, false, pairs, 64, null, null, null, default), ReferenceScores.Of(model.Decoder, false, pairs, 64, disk.Path, null, new Said(notes), default));
        Assert.Empty(notes); // neither damaged nor in use
        Assert.Equal(written, Directory.GetFiles(disk.Path).Single());
        Assert.InRange(new FileInfo(written).Length, 4097, 8192);
    }

    [Fact]
    public void On_a_disk_without_any_room_the_cache_is_not_mistaken_for_one_in_use()
    {
        using var disk = new SmallDisk(4096);
        File.WriteAllBytes(Path.Combine(disk.Path, "ballast"), new byte[4096]);
        using var model = TinyModel.Make();
        Assert.Contains("No space left on device", Assert.Throws<InputException>(() => Scores(model, disk.Path)).Problem, StringComparison.Ordinal);
    }

    private static string Cache(TemporaryFolder folder) => Directory.GetFiles(folder.Path).Single();

    private static PairAnchor[] Scores(LanguageModel model, string? folder, List<string>? notes = null) =>
        ReferenceScores.Of(model.Decoder, false, Pairs, 64, folder, null, notes is null ? null : new Said(notes), default);

    private sealed class Said(List<string> notes) : IProgress<string>
    {
        public void Report(string value) => notes.Add(value);
    }
}
