using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Server;

/// <summary>A specification that is read again whenever its file changes. A bad edit keeps the one before it, and says so.</summary>
/// <remarks>Whoever took <see cref="Current"/> keeps it: a request that has begun is answered by the specification that it began with.</remarks>
internal sealed class SpecificationWatch : IAsyncDisposable
{
    /// <summary>How soon an edit is seen.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private readonly string _path;
    private readonly Action<string> _say;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _reading = new();
    private (DateTime, long) _seen;
    private volatile ServedSpecification _current;
    private volatile string? _problem;

    /// <param name="path">The file.</param>
    /// <param name="say">Told of every edit, and whether it holds.</param>
    /// <param name="clock">When it was read.</param>
    /// <exception cref="InputException">The file is no specification now.</exception>
    public SpecificationWatch(string path, Action<string> say, TimeProvider clock)
    {
        (_path, _say, _clock) = (Path.GetFullPath(path), say, clock);
        _seen = Stamp();
        _current = new ServedSpecification(Specification.Load(path), clock.GetUtcNow());
        _timer = clock.CreateTimer(_ => Look(), null, Pace, Pace);
    }

    /// <summary>The last one that could be read.</summary>
    public ServedSpecification Current => _current;

    /// <summary>Where the edit that could not be read goes wrong, or null. Quotes nothing of it.</summary>
    public string? Problem => _problem;

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <summary>Reads the file again if it is another than the last time.</summary>
    public void Look()
    {
        if (!_reading.TryEnter())
            return; // the last look is not over
        try
        {
            if (Stamp() is var now && now == _seen)
                return;
            _seen = now;
            var read = new ServedSpecification(Specification.Load(_path), _clock.GetUtcNow());
            var known = _problem is null && read.Hash == _current.Hash;
            (_current, _problem) = (read, null);
            if (!known)
                _say($"The specification was edited: {read.Name} answers from now on.");
        }
        catch (InputException wrong)
        {
            _problem = $"The edit of the specification cannot be read ({Path.GetFileName(wrong.Place)}); {_current.Name} is kept. 'plumbline spec check' says what is wrong with it.";
            _say(_problem);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            _seen = default; // it is being replaced, or may not be read now: looked at again at once
        }
        finally
        {
            _reading.Exit();
        }
    }

    private (DateTime, long) Stamp() => new FileInfo(_path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;
}

/// <summary>A specification as requests are answered by it.</summary>
/// <param name="Specification">What it says.</param>
/// <param name="Since">When it was read.</param>
internal sealed record ServedSpecification(Specification Specification, DateTimeOffset Since)
{
    /// <summary>The first 16 hexadecimal digits of SHA-256 over its canonical form.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Specification.ToYaml())))[..16];

    /// <summary>Name, version and hash.</summary>
    public string Name => $"{Specification.Name} {Specification.Version} ({Hash})";
}
