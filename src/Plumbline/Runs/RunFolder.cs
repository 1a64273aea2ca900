using System.Text;
using System.Text.Json;

namespace Plumbline.Runs;

/// <summary>A run: what was asked (<c>run.json</c>), what happened (<c>events.jsonl</c>, append-only), and artefacts beside them.</summary>
/// <remarks>
/// Files are the truth. Every file but the events is written whole or not at all; a last line of events that was torn by a kill is cut off when
/// the run is taken up again. One process at a time: the folder is locked while it is open.
/// </remarks>
public sealed class RunFolder : IDisposable
{
    private const int FormatVersion = 1;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly JsonSerializerOptions Line = new(JsonSerializerDefaults.Web);
    private readonly FileStream _lock;
    private readonly TimeProvider _time;
    private readonly Lock _appending = new();

    private RunFolder(string path, FileStream held, TimeProvider time)
    {
        Path = path;
        _lock = held;
        _time = time;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Begins a run in a new folder.</summary>
    /// <param name="root">Where runs lie.</param>
    /// <param name="id">The folder's name.</param>
    /// <param name="request">What was asked; written to <c>run.json</c>.</param>
    /// <param name="time">The clock of the events.</param>
    /// <exception cref="InputException">The folder is there already, or cannot be written.</exception>
    public static RunFolder Create<T>(string root, string id, T request, TimeProvider time)
    {
        var path = System.IO.Path.Combine(root, id);
        if (File.Exists(System.IO.Path.Combine(path, "run.json")))
            throw new InputException(path, "a run of this name is there already.", $"Take it up with --resume {path}, or choose another name.");
        try
        {
            Directory.CreateDirectory(path);
            var run = new RunFolder(path, Hold(path), time);
            run.WriteJson("run.json", new Manifest<T>(FormatVersion, time.GetUtcNow(), request));
            return run;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"the run folder cannot be written: {problem.Message}", "Choose a folder that can be written with --runs DIR, or make room on the disk.", problem);
        }
    }

    /// <summary>Takes up a run.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="time">The clock of the events.</param>
    /// <returns>The run and what was asked.</returns>
    /// <exception cref="InputException">It is not a run, was made by another version, or is in use.</exception>
    public static (RunFolder Run, T Request) Open<T>(string path, TimeProvider time)
    {
        var manifest = System.IO.Path.Combine(path, "run.json");
        if (!File.Exists(manifest))
            throw new InputException(path, "this is not a run folder: it has no run.json.", "Give the folder that 'plumbline align' named when it began, for example runs/counter-1.");
        Manifest<T>? read;
        try
        {
            read = JsonSerializer.Deserialize<Manifest<T>>(File.ReadAllText(manifest), Json);
        }
        catch (JsonException problem)
        {
            throw new InputException($"{manifest}:{problem.LineNumber + 1}", "the file is not the JSON that a run begins with.", "Restore it from a copy, or begin a new run.", problem);
        }

        if (read is null || read.Format != FormatVersion || read.Request is null)
            throw new InputException(manifest, $"the run was made in format {read?.Format ?? 0}; this version reads format {FormatVersion}.", "Take it up with the version that began it, or begin a new run.");
        var run = new RunFolder(path, Hold(path), time);
        run.MendEvents();
        return (run, read.Request);
    }

    /// <summary>A place in the folder.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file whole or not at all.</summary>
    public void WriteText(string name, string text)
    {
        var file = At(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        var unfinished = file + ".unfinished";
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file, overwrite: true);
    }

    /// <summary>Writes a value as JSON, whole or not at all.</summary>
    public void WriteJson<T>(string name, T value) => WriteText(name, JsonSerializer.Serialize(value, Json) + "\n");

    /// <summary>Reads a value that <see cref="WriteJson"/> wrote.</summary>
    /// <exception cref="InputException">The file is not there or was damaged.</exception>
    public T ReadJson<T>(string name)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(At(name)), Json) ?? throw new JsonException("It holds nothing.");
        }
        catch (Exception problem) when (problem is JsonException or IOException)
        {
            throw new InputException(At(name), $"the file was damaged: {problem.Message}", "Remove its stage's mark under stages/ to have the stage done again, or begin a new run.", problem);
        }
    }

    /// <summary>Says that something happened.</summary>
    /// <param name="kind">What kind of thing, for example <c>step</c>.</param>
    /// <param name="stage">In which stage.</param>
    /// <param name="details">What else is known of it.</param>
    public void Append<T>(string kind, string stage, T details)
    {
        var line = JsonSerializer.Serialize(new Event<T>(_time.GetUtcNow(), kind, stage, details), Line) + "\n";
        lock (_appending)
            File.AppendAllText(At("events.jsonl"), line);
    }

    /// <summary>What happened so far, of one kind.</summary>
    public IEnumerable<(string Stage, JsonElement Details)> Events(string kind)
    {
        if (!File.Exists(At("events.jsonl")))
            yield break;
        foreach (var line in File.ReadLines(At("events.jsonl")))
        {
            using var read = JsonDocument.Parse(line);
            if (read.RootElement.GetProperty("kind").GetString() == kind)
                yield return (read.RootElement.GetProperty("stage").GetString() ?? "", read.RootElement.GetProperty("details").Clone());
        }
    }

    /// <summary>Whether a stage was completed.</summary>
    public bool IsComplete(string stage) => File.Exists(At("stages", stage));

    /// <summary>Marks a stage as completed; its artefacts are in place.</summary>
    public void Complete(string stage) => WriteText(System.IO.Path.Combine("stages", stage), _time.GetUtcNow().ToString("O") + "\n");

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new InputException(path, "another process is at work in this run folder.", "Wait until it has ended, or end it.", problem);
        }
    }

    private void MendEvents()
    {
        var file = At("events.jsonl");
        if (!File.Exists(file))
            return;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        stream.SetLength(Array.LastIndexOf(bytes, (byte)'\n') + 1);
    }

    private sealed record Manifest<T>(int Format, DateTimeOffset Created, T Request);

    private sealed record Event<T>(DateTimeOffset At, string Kind, string Stage, T Details);
}
