using Plumbline.Alignment;
using Plumbline.Models;

namespace Plumbline.Cli.Tests;

public sealed class ExportCommandTests : IDisposable
{
    private static readonly string Model = BundledModel.Find();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_of_half_the_size_can_be_opened_and_chatted_with()
    {
        var path = Path.Combine(_folder.Path, "half");
        var ran = await CommandLine.RunAsync("export", Model, "--out", path, "--type", "bf16");
        Assert.Equal(0, ran.Code);
        Assert.True(new FileInfo(Path.Combine(path, "model.safetensors")).Length < 0.51 * new FileInfo(Path.Combine(Model, "model.safetensors")).Length);
        using var model = LanguageModel.Load(path);
        Assert.Equal(["bfloat16"], CheckpointSummary.Of(path).StoredTypes);
    }

    [Theory]
    [InlineData("f32", 4)]
    [InlineData("f16", 2)]
    [InlineData("q8_0", 1.25)] // all but the narrowest matrices are 34 bytes for 32 numbers
    public async Task A_gguf_file_takes_the_bytes_of_its_type(string type, double bytes)
    {
        var path = Path.Combine(_folder.Path, "model.gguf");
        var ran = await CommandLine.RunAsync("export", Model, "--out", path, "--type", type);
        Assert.Equal(0, ran.Code);
        Assert.Equal("GGUF"u8, File.ReadAllBytes(path).AsSpan(0, 4));
        Assert.InRange(new FileInfo(path).Length, bytes * 0.95 * 1_120_640, bytes * 1_120_640 + 60_000);
    }

    [Fact]
    public async Task What_is_there_is_not_overwritten_and_a_type_that_does_not_fit_is_refused()
    {
        var path = _folder.File("there.gguf", "mine");
        var ran = await CommandLine.RunAsync("export", Model, "--out", path);
        Assert.Equal(2, ran.Code);
        Assert.Equal("mine", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        ran = await CommandLine.RunAsync("export", Model, "--out", Path.Combine(_folder.Path, "new.gguf"), "--type", "bf16");
        Assert.Equal(2, ran.Code);
        Assert.Contains("GGUF has no 'bf16'", ran.Error, StringComparison.Ordinal);
    }
}
