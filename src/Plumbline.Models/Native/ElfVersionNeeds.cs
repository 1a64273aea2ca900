using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Models.Native;

/// <summary>The versions of symbols that a 64-bit little-endian ELF library asks other libraries for (<c>.gnu.version_r</c>).</summary>
/// <remarks>Layouts are those of the System V ABI and of the Linux Standard Base, "Symbol Versioning". The bytes are never trusted: every offset is checked.</remarks>
internal sealed class ElfVersionNeeds
{
    private const uint SectionOfVersionNeeds = 0x6ffffffe;
    private const int HeaderSize = 64, SectionHeaderSize = 64, NeedSize = 16, VersionSize = 16;
    private const ushort Weak = 0x2;

    private readonly byte[] image;
    private readonly string place;
    private readonly List<Need> needs = [];

    /// <param name="image">The whole file; <see cref="MarkWeak"/> changes it in place.</param>
    /// <param name="place">What errors call the file.</param>
    /// <exception cref="InputException">The file is not such a library, or a table in it points outside of it.</exception>
    public ElfVersionNeeds(byte[] image, string place)
    {
        this.image = image;
        this.place = place;
        ReadHeader();
    }

    /// <summary>Library and version of every need, in the order of the file.</summary>
    public IEnumerable<(string Library, string Version, bool Weak)> All =>
        needs.Select(need => (need.Library, need.Version, (U16(need.FlagsAt) & Weak) != 0));

    /// <summary>Makes the loader shrug where the version is missing instead of refusing the library.</summary>
    /// <returns>How many needs were changed.</returns>
    public int MarkWeak(string libraryPrefix, string version)
    {
        var changed = 0;
        foreach (var need in needs)
        {
            if (!need.Library.StartsWith(libraryPrefix, StringComparison.Ordinal) || need.Version != version)
                continue;
            var flags = U16(need.FlagsAt);
            if ((flags & Weak) != 0)
                continue;
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(need.FlagsAt), (ushort)(flags | Weak));
            changed++;
        }
        return changed;
    }

    private void ReadHeader()
    {
        if (image.Length < HeaderSize || !image.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
            throw Corrupt("it does not begin like an ELF file");
        if (image[4] != 2 || image[5] != 1)
            throw Corrupt("it is not a 64-bit little-endian ELF file");
        var count = U16(0x3C);
        if (count > 0 && U16(0x3A) != SectionHeaderSize)
            throw Corrupt("its section headers have an unknown size");
        var table = Offset(U64(0x28), (ulong)count * SectionHeaderSize);
        for (var index = 0; index < count; index++)
        {
            var header = table + index * SectionHeaderSize;
            if (U32(header + 4) == SectionOfVersionNeeds)
                ReadNeeds(header, Section(table, count, U32(header + 0x28)));
        }
    }

    private void ReadNeeds(int header, (int Start, int End) strings)
    {
        var section = Extent(header);
        var at = (ulong)section.Start;
        for (var left = U32(header + 0x2C); left > 0; left--)
        {
            var need = Within(section, at, NeedSize);
            var library = Text(strings, U32(need + 4));
            ReadVersions(section, at + U32(need + 8), U16(need + 2), strings, library);
            var next = U32(need + 12);
            if (next < NeedSize && left > 1)
                throw Corrupt("its table of version needs ends early");
            at += next;
        }
    }

    private void ReadVersions((int Start, int End) section, ulong at, int count, (int Start, int End) strings, string library)
    {
        for (var left = count; left > 0; left--)
        {
            var version = Within(section, at, VersionSize);
            needs.Add(new(library, Text(strings, U32(version + 8)), FlagsAt: version + 4));
            var next = U32(version + 12);
            if (next < VersionSize && left > 1)
                throw Corrupt("its list of needed versions ends early");
            at += next;
        }
    }

    private (int Start, int End) Section(int table, int count, uint index) =>
        index < count ? Extent(table + (int)index * SectionHeaderSize) : throw Corrupt("a section links to one that does not exist");

    private (int Start, int End) Extent(int header)
    {
        var size = U64(header + 0x20);
        var start = Offset(U64(header + 0x18), size);
        return (start, start + (int)size);
    }

    private int Offset(ulong start, ulong size) =>
        start <= (ulong)image.Length && size <= (ulong)image.Length - start ? (int)start : throw Corrupt("a table points outside of the file");

    private int Within((int Start, int End) section, ulong at, int size) =>
        at + (ulong)size <= (ulong)section.End ? (int)at : throw Corrupt("a version need points outside of its section");

    private string Text((int Start, int End) strings, uint at)
    {
        if (at >= strings.End - strings.Start)
            throw Corrupt("a name points outside of the string table");
        var rest = image.AsSpan(strings.Start + (int)at, strings.End - strings.Start - (int)at);
        var end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.ASCII.GetString(rest[..end]) : throw Corrupt("a name does not end");
    }

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(at));

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(at));

    private InputException Corrupt(string problem) =>
        new(place, $"this is no library that the loader can mend: {problem}.", "The file is damaged. Delete the package from the NuGet cache and restore again.");

    private sealed record Need(string Library, string Version, int FlagsAt);
}
