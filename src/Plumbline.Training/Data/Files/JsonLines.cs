using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Plumbline.Training.Files;

/// <summary>JSON lines, read line by line in bounded memory, gzipped or not; a line that is too long is passed over without being held.</summary>
internal static class JsonLines
{
    /// <summary>The longest line, in bytes.</summary>
    public const int Longest = 16 << 20;

    /// <summary>Reads the lines that are not blank.</summary>
    /// <exception cref="InputException">The file is no JSON lines at all, or its compression is damaged.</exception>
    public static async IAsyncEnumerable<RawRow> ReadAsync(string file, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        using var stream = await IsZippedAsync(source, cancel).ConfigureAwait(false) ? new GZipStream(source, CompressionMode.Decompress) : (Stream)source;
        var line = new LineBuffer();
        var (number, ended, tooLong) = (1L, false, false);
        while (true)
        {
            if (line.Find() is { } found)
            {
                if (tooLong)
                    yield return new RawRow($"{file}:{number}", default, TooLong(file, number));
                else if (Content(found, file, number) is { Length: > 0 } content)
                    yield return new RawRow($"{file}:{number}", content);
                (tooLong, number) = (false, number + 1);
            }
            else if (ended)
            {
                yield break;
            }
            else
            {
                tooLong |= !line.MakeRoom(Longest);
                var read = await ReadAsync(stream, line.Room, file, number, cancel).ConfigureAwait(false);
                ended = read == 0;
                line.Grow(read, ended);
            }
        }
    }

    private static InputException TooLong(string file, long number) =>
        new($"{file}:{number}", $"the line has more than {Longest >> 20} MiB.", "A line is one example. Split it, or leave it out.");

    /// <summary>The line without what does not count; refuses what shows that the whole file is something else.</summary>
    private static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> line, string file, long number)
    {
        var bytes = line.Span;
        if (number == 1 && (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])))
            throw new InputException($"{file}:1", "the file is UTF-16.", "Save it as UTF-8.");
        var from = number == 1 && bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        while (from < bytes.Length && bytes[from] is (byte)' ' or (byte)'\t' or (byte)'\r')
            from++;
        if (number == 1 && from < bytes.Length && bytes[from] == '[')
            throw new InputException($"{file}:1", "the file is one JSON list.", "JSON lines have one object on each line; 'jq -c .[] FILE > FILE.jsonl' makes them of a list.");
        return line[from..];
    }

    private static async Task<bool> IsZippedAsync(FileStream stream, CancellationToken cancel)
    {
        var magic = new byte[2];
        var read = await stream.ReadAtLeastAsync(magic, 2, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        stream.Position = 0;
        return read == 2 && magic is [0x1F, 0x8B];
    }

    private static async Task<int> ReadAsync(Stream stream, Memory<byte> room, string file, long number, CancellationToken cancel)
    {
        try
        {
            return await stream.ReadAsync(room, cancel).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException)
        {
            throw new InputException($"{file}:{number}", $"the file cannot be read from here on: {problem.Message}", "Take it from where it came from again; 'gzip -t FILE' checks it.", problem);
        }
    }

    /// <summary>Bytes that were read and not yet used up.</summary>
    private sealed class LineBuffer
    {
        private byte[] _bytes = new byte[1 << 16];
        private int _start, _searched, _end;
        private bool _last;

        public Memory<byte> Room => _bytes.AsMemory(_end);

        /// <summary>The next line, if all of it is there.</summary>
        public ReadOnlyMemory<byte>? Find()
        {
            var feed = Array.IndexOf(_bytes, (byte)'\n', _searched, _end - _searched);
            if (feed < 0)
                _searched = _end;
            if (feed < 0 && !(_last && _start < _end))
                return null;
            var end = feed < 0 ? _end : feed;
            var line = _bytes.AsMemory(_start, end - _start);
            _start = _searched = Math.Min(end + 1, _end);
            return line;
        }

        /// <summary>Makes room for more; false if that took throwing away the beginning of a line.</summary>
        public bool MakeRoom(int most)
        {
            if (_start > 0)
            {
                _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
                (_searched, _end, _start) = (_searched - _start, _end - _start, 0);
            }
            if (_end < _bytes.Length)
                return true;
            if (_bytes.Length < most)
            {
                Array.Resize(ref _bytes, Math.Min(most, 2 * _bytes.Length));
                return true;
            }
            _end = _searched = 1; // the line is known to be too long; one byte of it stands for the rest
            return false;
        }

        public void Grow(int read, bool ended) => (_end, _last) = (_end + read, ended);
    }
}
