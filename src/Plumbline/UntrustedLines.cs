using System.Runtime.CompilerServices;
using System.Text;

namespace Plumbline;

/// <summary>Reads the lines of a file that is not trusted: UTF-8 or nothing, and no line without end.</summary>
internal static class UntrustedLines
{
    /// <summary>One line, and whether a line feed ended it; the last line of a file that was cut short has none.</summary>
    public readonly record struct Line(int Number, string Text, bool Ended);

    /// <summary>Reads them one by one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">Characters in a line, at most.</param>
    /// <param name="source">How to come by such a file, for example <c>Name a log that the gateway has written.</c></param>
    /// <param name="content">What stands on its lines, for example <c>A log has one record on each line</c>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="InputException">The file is missing, not UTF-8, or a line is too long.</exception>
    public static async IAsyncEnumerable<Line> ReadAsync(string path, int longest, string source, string content, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!File.Exists(path))
            throw new InputException(path, "the file is not there.", source);
        using var reader = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        var line = new StringBuilder();
        var buffer = new char[65536];
        var number = 1;
        while (await FillAsync(reader, buffer, path, number, source, cancel).ConfigureAwait(false) is var read and > 0)
        {
            for (var start = 0; start < read;)
            {
                var feed = Array.IndexOf(buffer, '\n', start, read - start);
                var end = feed < 0 ? read : feed;
                line.Append(buffer, start, end - start);
                if (line.Length > longest)
                    throw new InputException($"{path}:{number}", $"the line has more than {longest:N0} characters.", $"{content}; this is another file.");
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

    private static async Task<int> FillAsync(StreamReader reader, char[] buffer, string path, int number, string source, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadAsync(buffer.AsMemory(), cancel).ConfigureAwait(false);
        }
        catch (DecoderFallbackException broken)
        {
            throw new InputException($"{path}:{number}", "here or a little later the file is not UTF-8.", $"Save it as UTF-8. {source}", broken);
        }
    }
}
