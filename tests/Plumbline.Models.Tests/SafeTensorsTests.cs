using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using Plumbline.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    public void Tensors_come_back_bit_for_bit(ScalarType type)
    {
        (string, Tensor)[] tensors =
        [
            ("weights", randn(3, 5).Times(1000).to(type)), ("transposed", randn(4, 2).to(type).t()), ("scalar", tensor(7).to(type)), ("none", zeros(0, 3).to(type)),
            ("ünusual \"name\"", ones(1).to(type)),
        ];
        SafeTensors.Save(folder["t.safetensors"], tensors);
        var loaded = SafeTensors.Load(folder["t.safetensors"]);
        Assert.Equal(tensors.Select(each => each.Item1).Order(), loaded.Keys.Order());
        foreach (var (name, value) in tensors)
        {
            Assert.Equal(value.shape, loaded[name].shape);
            Assert.Equal(value.dtype, loaded[name].dtype);
            Assert.True(value.numel() == 0 || value.contiguous().bytes.SequenceEqual(loaded[name].bytes));
            loaded[name].Dispose();
        }
    }

    [Property(MaxTest = 200)]
    public void A_flipped_byte_gives_tensors_or_a_refusal_and_nothing_else(ushort place, byte change)
    {
        var bytes = File.Exists(folder["good"]) ? File.ReadAllBytes(folder["good"]) : Good();
        bytes[place % bytes.Length] ^= change;
        File.WriteAllBytes(folder["flipped"], bytes);
        try
        {
            foreach (var tensor in SafeTensors.Load(folder["flipped"]).Values)
                tensor.Dispose();
        }
        catch (InputException e)
        {
            Assert.Contains("flipped", e.Place, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "take 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "take 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "the shape takes 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "begins at 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "begins at 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "begins at 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "[begin, end]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "F31")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "at least 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "256 TiB")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}""", 4, "at least 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":"[1]","data_offsets":[0,4]}}""", 4, "an array")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "'shape' is missing")]
    [InlineData("""{"a":[]}""", 0, "an object")]
    [InlineData("""[]""", 0, "'{'")]
    [InlineData("""{"a":""", 0, "JSON")]
    public void A_header_that_lies_is_refused(string header, int dataBytes, string complaint)
    {
        Write(header, (ulong)header.Length, dataBytes);
        var e = Assert.Throws<InputException>(() => SafeTensors.Load(folder["bad"]));
        Assert.StartsWith(folder["bad"], e.Place, StringComparison.Ordinal);
        Assert.Contains(complaint, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    [InlineData(3UL)]
    public void A_header_longer_than_the_file_is_refused(ulong length)
    {
        Write("{}", length, 0);
        Assert.Contains("claims", Assert.Throws<InputException>(() => SafeTensors.Load(folder["bad"])).Message, StringComparison.Ordinal);
    }

    [Fact] // looking beyond the end of a mapped file would end the process
    public void A_file_that_becomes_shorter_before_it_is_mapped_is_refused()
    {
        SafeTensors.Save(folder["t"], [("a", ones(4096))]);
        using var open = new SafeTensorsFile(folder["t"]);
        using (var writer = new FileStream(folder["t"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            writer.SetLength(100);
        var e = Assert.Throws<InputException>(() => open.Map(open.Find("a")!));
        Assert.Contains("now it has 100", e.Message, StringComparison.Ordinal);
    }

    [Fact] // what another program writes into the file is seen, so no copy was made; what is written to the tensor is not
    public void Float32_numbers_are_mapped_not_copied()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere a mapping that is copied on write need not see what others write");
        SafeTensors.Save(folder["t"], [("a", ones(3)), ("b", ones(2, 2))]);
        var size = new FileInfo(folder["t"]).Length;
        Tensor mapped;
        using (var open = new SafeTensorsFile(folder["t"]))
            mapped = open.Map(open.Find("b")!);
        using var kept = mapped; // longer than the file is open
        using (var writer = new FileStream(folder["t"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.Position = size - sizeof(float);
            writer.Write(BitConverter.GetBytes(7f));
        }
        Assert.Equal([2, 2], mapped.shape);
        Assert.Equal([1, 1, 1, 7], mapped.data<float>().ToArray());
        var before = File.ReadAllBytes(folder["t"]);
        mapped.FillWith(3);
        Assert.Equal([3, 3, 3, 3], mapped.data<float>().ToArray());
        Assert.Equal(before, File.ReadAllBytes(folder["t"]));
    }

    [Theory] // a header of an odd length moves the numbers off the boundaries of floats
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Numbers_that_lie_askew_are_copied_not_mapped(int spaces, bool mapped)
    {
        var header = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";
        header += new string(' ', (8 - header.Length % 8) % 8 + spaces);
        Write(header, (ulong)header.Length, 8);
        using var open = new SafeTensorsFile(folder["bad"]);
        Assert.Equal(mapped, open.CanMap(open.Find("a")!));
    }

    [Fact]
    public void A_file_that_could_not_be_finished_leaves_the_old_one()
    {
        SafeTensors.Save(folder["t"], [("a", ones(2))]);
        var before = File.ReadAllBytes(folder["t"]);
        Assert.ThrowsAny<Exception>(() => SafeTensors.Save(folder["t"], [("a", ones(2)), ("a", ones(2))]));
        Assert.Equal(before, File.ReadAllBytes(folder["t"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private byte[] Good()
    {
        SafeTensors.Save(folder["good"], [("a", ones(2, 3)), ("b", zeros(4))], new Dictionary<string, string> { ["format"] = "pt" });
        return File.ReadAllBytes(folder["good"]);
    }

    private void Write(string header, ulong length, int dataBytes)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        File.WriteAllBytes(folder["bad"], [.. prefix, .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]]);
    }
}
