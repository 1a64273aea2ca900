using System.Text;
using System.Text.Json;

namespace Plumbline.Runs;

/// <summary>A run: what was asked (<c>run.json</c>), what happened (<c>events.jsonl</c>, append-only), and artefacts beside them.</summary>
/// <remarks>
/// Files are the truth. Every file but the events is written whole or not at all; a last line of events that was torn by a kill is cut off when
/// the run is taken up again. One process at a time: the folder is locked while it is open. What cannot be written is an <see cref="InputException"/>.
/// </remarks>
public sealed class RunFolder : IDisposable
{
    private const int FormatVersion = 1;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly FileStream _lock;
    private readonly EventLog _events;
    private readonly TimeProvider _time;

    private RunFolder(string path, FileStream held, EventLog events, TimeProvider time)
    {
        Path = path;
        _lock = held;
        _events = events;
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
        ArgumentNullException.ThrowIfNull(time);
        if (string.IsNullOrWhiteSpace(id) || id is "." or ".." || id.AsSpan().IndexOfAny(['/', '\\', '\0', ':']) >= 0)
            throw new InputException($"run '{id}'", "this is not the name of a folder.", "Name the run with letters, digits and hyphens, for example counter-1.");
        var path = System.IO.Path.Combine(root, id);
        RefuseExisting(path);
        Writing(path, () => Directory.CreateDirectory(path));
        var run = Hold(path, time);
        try
        {
            RefuseExisting(path); // two may have begun it at the same moment
            run.WriteJson("run.json", new Manifest<T>(FormatVersion, time.GetUtcNow(), request));
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Takes up a run.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="time">The clock of the events.</param>
    /// <returns>The run and what was asked.</returns>
    /// <exception cref="InputException">It is not a run, was made by another version, or is in use.</exception>
    public static (RunFolder Run, T Request) Open<T>(string path, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var manifest = System.IO.Path.Combine(path, "run.json");
        if (!File.Exists(manifest))
            throw new InputException(path, "this is not a run folder: it has no run.json.", "Give the folder that 'plumbline align' named when it began, for example runs/counter-1.");
        var request = ReadManifest<T>(manifest);
        return (Hold(path, time), request);
    }

    /// <summary>A place in the folder.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes an artefact whole or not at all.</summary>
    /// <param name="name">Path relative to the run folder; folders on the way are made.</param>
    /// <param name="write">Writes its bytes.</param>
    /// <exception cref="InputException">There is no room, or no permission.</exception>
    public void Write(string name, Action<Stream> write) => Writing(At(name), () => AtomicFile.Write(At(name), write));

    /// <summary>Writes a text whole or not at all.</summary>
    /// <exception cref="InputException">There is no room, or no permission.</exception>
    public void WriteText(string name, string text) => Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes a value as JSON, whole or not at all.</summary>
    /// <exception cref="InputException">There is no room, or no permission.</exception>
    public void WriteJson<T>(string name, T value) => WriteText(name, JsonSerializer.Serialize(value, Json) + "\n");

    /// <summary>Reads a value that <see cref="WriteJson"/> wrote.</summary>
    /// <exception cref="InputException">The file is not there or was damaged.</exception>
    public T ReadJson<T>(string name)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(At(name)), Json) ?? throw new JsonException("It holds nothing.");
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(At(name), $"the file was damaged: {problem.Message}", "Remove its stage's mark under stages/ to have the stage done again, or begin a new run.", problem);
        }
    }

    /// <summary>Says that something happened. Safe from any thread.</summary>
    /// <param name="kind">What kind of thing, for example <c>step</c>.</param>
    /// <param name="stage">In which stage.</param>
    /// <param name="details">What else is known of it.</param>
    /// <exception cref="InputException">There is no room.</exception>
    public void Append<T>(string kind, string stage, T details) => Writing(At("events.jsonl"), () => _events.Append(_time.GetUtcNow(), kind, stage, details));

    /// <summary>What happened so far, of one kind, in order.</summary>
    /// <exception cref="InputException">A line of the events was damaged.</exception>
    public IEnumerable<(string Stage, JsonElement Details)> Events(string kind) => _events.Read(kind);

    /// <summary>A stage of the run.</summary>
    /// <param name="name">What it is called: letters, digits and hyphens.</param>
    public RunStage Stage(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name != System.IO.Path.GetFileName(name))
            throw new ArgumentException($"'{name}' is not the name of a file.", nameof(name));
        return new RunStage(this, name, $"stages/{name}");
    }

    /// <summary>Whether a stage was completed, and its artefacts are still what they were.</summary>
    public bool IsComplete(string stage) => Stage(stage).IsComplete;

    /// <summary>Marks a stage as completed.</summary>
    /// <param name="stage">Which.</param>
    /// <param name="artefacts">Files that it made, relative to the run folder; if one of them is changed later, the stage is no longer complete.</param>
    public void Complete(string stage, params IEnumerable<string> artefacts) => Stage(stage).Complete(_time.GetUtcNow(), artefacts);

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Dispose();
        _lock.Dispose();
    }

    private static void RefuseExisting(string path)
    {
        if (File.Exists(System.IO.Path.Combine(path, "run.json")))
            throw new InputException(path, "a run of this name is there already.", $"Take it up with --resume {path}, or choose another name.");
    }

    private static T ReadManifest<T>(string manifest)
    {
        Manifest<JsonElement>? read;
        try
        {
            read = JsonSerializer.Deserialize<Manifest<JsonElement>>(File.ReadAllText(manifest), Json);
            if (read?.Format == FormatVersion && read.Request.Deserialize<T>(Json) is { } request)
                return request;
        }
        catch (JsonException problem)
        {
            var place = problem.LineNumber is { } line ? $"{manifest}:{line + 1}:{problem.BytePositionInLine + 1}" : manifest;
            throw new InputException(place, "the file is not the JSON that a run begins with.", "Restore it from a copy, or begin a new run.", problem);
        }
        catch (InvalidOperationException problem) // there is no request in it
        {
            throw new InputException(manifest, "the file does not say what was asked.", "Restore it from a copy, or begin a new run.", problem);
        }

        throw new InputException(manifest, $"the run was made in format {read?.Format ?? 0}; this version reads format {FormatVersion}.", "Take it up with the version that began it, or begin a new run.");
    }

    private static RunFolder Hold(string path, TimeProvider time)
    {
        var held = Writing(path, () =>
        {
            try
            {
                return new FileStream(System.IO.Path.Combine(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException problem) when ((problem.HResult & 0xFFFF) is 11 or 35 or 32) // EWOULDBLOCK on Linux, on macOS; ERROR_SHARING_VIOLATION
            {
                throw new InputException(path, "another process is at work in this run folder.", "Wait until it has ended, or end it.", problem);
            }
        });
        try
        {
            return new RunFolder(path, held, Writing(path, () => new EventLog(System.IO.Path.Combine(path, "events.jsonl"))), time);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static void Writing(string place, Action write) => Writing(place, () =>
    {
        write();
        return 0;
    });

    private static T Writing<T>(string place, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(place, $"this cannot be written: {problem.Message}", "Make room on the disk, or choose a folder that can be written; then take the run up with --resume.", problem);
        }
    }

    private sealed record Manifest<T>(int Format, DateTimeOffset Created, T Request);
}
