using System.Runtime.CompilerServices;
using System.Text;

namespace Plumbline.Auditing;

/// <summary>Reads the lines of a file that is not trusted: UTF-8 or nothing, and no line without end.</summary>
internal static class BoundedLines
{
    /// <summary>Characters in a line, at most: far more than a conversation has.</summary>
    public const int Longest = 4_000_000;

    /// <summary>One line, and whether a line feed ended it; the last line of a file that was cut short has none.</summary>
    public readonly record struct Line(int Number, string Text, bool Ended);

    /// <exception cref="InputException">The file is missing, not UTF-8, or a line is too long.</exception>
    public static async IAsyncEnumerable<Line> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!File.Exists(path))
            throw new InputException(path, "the file is not there.", "Name a transcripts.jsonl that an audit has written.");
        using var reader = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        var line = new StringBuilder();
        var buffer = new char[65536];
        var number = 1;
        while (await FillAsync(reader, buffer, path, number, cancel).ConfigureAwait(false) is var read and > 0)
        {
            for (var start = 0; start < read;)
            {
                var feed = Array.IndexOf(buffer, '\n', start, read - start);
                var end = feed < 0 ? read : feed;
                line.Append(buffer, start, end - start);
                if (line.Length > Longest)
                    throw new InputException($"{path}:{number}", $"the line has more than {Longest:N0} characters.", "A transcripts.jsonl has one conversation on each line; this is another file.");
                start = end + 1;
                if (feed < 0)
                    continue;
                yield return new Line(number++, line.ToString().TrimEnd('\r'), true);
                line.Clear();
            }
        }

        if (line.Length > 0)
            yield return new Line(number, line.ToString(), false);
    }

    private static async Task<int> FillAsync(StreamReader reader, char[] buffer, string path, int number, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadAsync(buffer.AsMemory(), cancel).ConfigureAwait(false);
        }
        catch (DecoderFallbackException broken)
        {
            throw new InputException($"{path}:{number}", "here or a little later the file is not UTF-8.", "Save it as UTF-8, or audit again.", broken);
        }
    }
}
