using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using Plumbline.Models.Native;

namespace Plumbline.Models.Tests.Native;

public sealed class MendedLibraryTests : IDisposable
{
    private const string Version = "GLIBCXX_3.4.32";
    private const int Needs = 64, Strings = 128;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_copy_differs_in_the_one_flag_and_the_original_in_nothing()
    {
        var original = Elf();
        File.WriteAllBytes(folder["lib.so"], original);
        var copy = File.ReadAllBytes(MendedLibrary.Copy(folder["lib.so"], folder["cache"]));
        Assert.Equal(original, File.ReadAllBytes(folder["lib.so"]));
        var changed = Assert.Single(Enumerable.Range(0, original.Length), at => original[at] != copy[at]);
        Assert.Equal(Needs + 16 + 16 + 4, changed);
        Assert.Equal(2, copy[changed]);
    }

    [Fact]
    public void A_second_call_finds_the_copy_and_mends_one_that_was_tampered_with()
    {
        File.WriteAllBytes(folder["lib.so"], Elf());
        var copy = MendedLibrary.Copy(folder["lib.so"], folder["cache"]);
        var (bytes, written) = (File.ReadAllBytes(copy), File.GetLastWriteTimeUtc(copy));
        Assert.Equal(copy, MendedLibrary.Copy(folder["lib.so"], folder["cache"]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(copy));
        File.WriteAllBytes(copy, [1, 2, 3]);
        Assert.Equal(bytes, File.ReadAllBytes(MendedLibrary.Copy(folder["lib.so"], folder["cache"])));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(copy)!));
    }

    [Fact]
    public void A_library_that_does_not_need_the_version_is_refused()
    {
        File.WriteAllBytes(folder["lib.so"], Elf(version: "GLIBCXX_3.4.30"));
        Assert.Contains(Version, Assert.Throws<InputException>(() => MendedLibrary.Copy(folder["lib.so"], folder["cache"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0x00, "ELF")]
    [InlineData(4, 1, "64-bit")]
    [InlineData(5, 2, "64-bit")]
    [InlineData(0x2F, 0x7F, "outside")]
    [InlineData(0x3A, 1, "section headers")]
    [InlineData(0x3C, 200, "outside")]
    [InlineData(Needs + 4, 250, "string table")]
    [InlineData(Needs + 8, 250, "outside of its section")]
    [InlineData(Needs + 16 + 12, 1, "ends early")]
    public void A_corrupt_file_is_refused(int place, byte value, string complaint)
    {
        var elf = Elf();
        elf[place] = value;
        Assert.Contains(complaint, Assert.Throws<InputException>(() => new ElfVersionNeeds(elf, "lib.so")).Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 2000)]
    public void Noise_is_read_or_refused_and_nothing_else(ushort place, byte value, ushort length)
    {
        var elf = Elf();
        elf[place % elf.Length] = value;
        try
        {
            new ElfVersionNeeds(elf[..Math.Min(elf.Length, length % 512 + 1)], "lib.so").MarkWeak("libstdc++.so", Version);
        }
        catch (InputException)
        {
        }
    }

    /// <summary>The smallest library that needs GLIBCXX_3.4.9 and the given version of libstdc++.so.6: header, needs at 64, strings at 128, two section headers.</summary>
    private static byte[] Elf(string version = Version)
    {
        var strings = Encoding.ASCII.GetBytes($"\0libstdc++.so.6\0GLIBCXX_3.4.9\0{version}\0");
        var sections = Strings + 64;
        var elf = new byte[sections + 2 * 64];
        "\u007fELF\u0002\u0001"u8.CopyTo(elf);
        Put(0x28, sections, 8);
        Put(0x3A, 64, 2);
        Put(0x3C, 2, 2);
        Put(Needs + 2, 2, 2); // two versions
        Put(Needs + 4, 1, 4); // of libstdc++.so.6
        Put(Needs + 8, 16, 4);
        Put(Needs + 16 + 8, 16, 4);
        Put(Needs + 16 + 12, 16, 4);
        Put(Needs + 32 + 8, 30, 4);
        strings.CopyTo(elf, Strings);
        Put(sections + 4, 0x6ffffffe, 4);
        Put(sections + 0x18, Needs, 8);
        Put(sections + 0x20, 48, 8);
        Put(sections + 0x28, 1, 4);
        Put(sections + 0x2C, 1, 4);
        Put(sections + 64 + 0x18, Strings, 8);
        Put(sections + 64 + 0x20, strings.Length, 8);
        return elf;

        void Put(int at, long value, int size)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            bytes[..size].CopyTo(elf.AsSpan(at));
        }
    }
}
