using System.Text.Json;
using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Tests;

namespace Plumbline.Cli.Tests;

/// <summary>A disk that is full, at whatever moment, costs nothing but time.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sft")]
    [InlineData("dpo")]
    public async Task Wherever_training_runs_out_of_room_it_says_so_and_goes_on_once_there_is_some_to_the_same_weights(string method)
    {
        var model = TinyModelFolder.Write(_folder.Folder("tiny"));
        string[] asked = ["train", method, "--model", model, "--data", Data(), "--steps", "12", "--batch", "4", "--learning-rate", "1e-3", "--threads", "1", "--checkpoint-every", "4", "--out"];
        var straight = await RealProgram.RunAsync([.. asked, Path.Combine(_folder.Path, "straight")]);
        Assert.True(straight.Code == 0, straight.Error);
        var checkpoint = 3 * new FileInfo(Path.Combine(model, LanguageModel.WeightsName)).Length; // weights and two moments
        using var disk = new SmallDisk(4096);
        var run = Path.Combine(disk.Path, "run");
        var complaints = new List<string>();
        foreach (var size in new[] { 4096, 12_288, 20_480, 28_672, 40_960, checkpoint / 2, checkpoint * 5 / 4, checkpoint * 7 / 4 })
        {
            disk.Grow(size);
            var full = await TrainAsync();
            Assert.True(full.Code == 2, full.Error);
            Assert.Contains("No space left on device", full.Error, StringComparison.Ordinal);
            Assert.Contains("Make room on the disk", full.Error, StringComparison.Ordinal);
            complaints.Add(full.Error);
        }
        Assert.Contains(complaints, said => said.Contains("start.json: this cannot be written", StringComparison.Ordinal));
        Assert.Contains(complaints, said => said.Contains(".examples", StringComparison.Ordinal));
        Assert.Contains(complaints, said => said.Contains("checkpoint.safetensors: the checkpoint cannot be written", StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(Path.Combine(run, "checkpoint"), "*checkpoint*")); // the last good one, and nothing half written beside it
        disk.Grow(64 << 20);
        var mended = await TrainAsync();
        Assert.True(mended.Code == 0, mended.Error);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "straight", "model", LanguageModel.WeightsName), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(Path.Combine(run, "model", LanguageModel.WeightsName), TestContext.Current.CancellationToken));

        Task<CommandLine.Ran> TrainAsync() => RealProgram.RunAsync(File.Exists(Path.Combine(run, "run.json")) ? ["train", method, "--resume", run] : [.. asked, run]);
    }

    [Fact]
    public async Task A_model_that_cannot_be_written_is_trained_once_only()
    {
        var model = TinyModelFolder.Write(_folder.Folder("tiny"));
        var weights = new FileInfo(Path.Combine(model, LanguageModel.WeightsName)).Length;
        using var disk = new SmallDisk(7 * weights / 2 + (96 << 10)); // a checkpoint is three times the weights
        var run = Path.Combine(disk.Path, "run");
        var full = await CommandLine.RunAsync(Rooms.OfThisHouse, "train", "sft", "--model", model, "--data", Data(), "--steps", "3", "--batch", "4", "--threads", "1", "--out", run);
        Assert.True(full.Code == 2, full.Error);
        Assert.Contains("the model cannot be written: No space left on device", full.Error, StringComparison.Ordinal);
        Assert.Contains($"plumbline train sft --resume {run}", full.Error, StringComparison.Ordinal);
        disk.Grow(64 << 20);
        var steps = File.ReadAllLines(Path.Combine(run, "events.jsonl")).Count(line => line.Contains("\"step\"", StringComparison.Ordinal));
        var mended = await CommandLine.RunAsync(Rooms.OfThisHouse, "train", "sft", "--resume", run);
        Assert.True(mended.Code == 0, mended.Error);
        Assert.Equal(steps, File.ReadAllLines(Path.Combine(run, "events.jsonl")).Count(line => line.Contains("\"step\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Any_other_command_says_so_too()
    {
        using var disk = new SmallDisk(1 << 20);
        var full = await CommandLine.RunAsync(Rooms.OfThisHouse, "export", BundledModel.Find(), "--out", Path.Combine(disk.Path, "copy"), "--type", "f32");
        Assert.True(full.Code == 2, full.Error);
        Assert.Contains("No space left on device", full.Error, StringComparison.Ordinal);
        Assert.Contains("Make room on the disk", full.Error, StringComparison.Ordinal);
    }

    private string Data() => _folder.File("data.jsonl", string.Concat(Enumerable.Range(0, 130).Select(i => JsonSerializer.Serialize(new { prompt = $"Bought {i} days ago?", completion = "Yes.", chosen = $"Yes, {i}.", rejected = "No." }) + "\n")));
}
