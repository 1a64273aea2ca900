using System.Text.Json;

namespace Plumbline.Runs;

/// <summary>What happened in a run, a line of JSON each (<c>events.jsonl</c>): lines are added and never changed.</summary>
internal sealed class EventLog : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly string _file;
    private readonly FileStream _stream;
    private readonly Lock _appending = new();

    /// <summary>Opens the log and cuts off a last line that a kill has torn.</summary>
    public EventLog(string file)
    {
        _file = file;
        _stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        _stream.Seek(CutTornLine(), SeekOrigin.Begin);
    }

    /// <summary>Adds a line; it has left this process when this returns.</summary>
    public void Append<T>(DateTimeOffset at, string kind, string stage, T details)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(new Event<T>(at, kind, stage, details), Json), (byte)'\n'];
        lock (_appending)
        {
            _stream.Write(line);
        }
    }

    /// <summary>The lines of one kind, in order.</summary>
    /// <exception cref="InputException">A line is not an event.</exception>
    public IEnumerable<(string Stage, JsonElement Details)> Read(string kind)
    {
        using var reader = new StreamReader(new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var read = Parse(line, number);
            if (read.Kind == kind)
                yield return (read.Stage, read.Details);
        }
    }

    public void Dispose() => _stream.Dispose();

    private Event<JsonElement> Parse(string line, int number)
    {
        try
        {
            if (JsonSerializer.Deserialize<Event<JsonElement>>(line, Json) is { Kind: not null, Stage: not null, Details.ValueKind: not JsonValueKind.Undefined } read)
                return read;
        }
        catch (JsonException problem)
        {
            throw Damaged(problem);
        }

        throw Damaged(null);

        InputException Damaged(Exception? problem) =>
            new($"{_file}:{number}", "the line is not an event of a run.", "Remove the line, or restore the file from a copy; only curves and times are lost with it.", problem);
    }

    private long CutTornLine()
    {
        var end = _stream.Length;
        var block = new byte[4096];
        for (var from = end; from > 0;)
        {
            var size = (int)Math.Min(block.Length, from);
            from -= size;
            _stream.Seek(from, SeekOrigin.Begin);
            _stream.ReadExactly(block.AsSpan(0, size));
            var last = Array.LastIndexOf(block, (byte)'\n', size - 1);
            if (last >= 0)
                return Cut(from + last + 1);
        }

        return Cut(0);

        long Cut(long length)
        {
            if (length < end)
                _stream.SetLength(length);
            return length;
        }
    }

    private sealed record Event<T>(DateTimeOffset At, string Kind, string Stage, T Details);
}
