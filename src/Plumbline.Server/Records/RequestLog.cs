using System.Threading.Channels;

namespace Plumbline.Server.Records;

/// <summary>Appends records to a file, one line each, in the order in which requests end. Who is too fast for the disk waits.</summary>
internal sealed class RequestLog : IAsyncDisposable
{
    private const int Waiting = 256;
    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Waiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly FileStream _file;
    private readonly Redaction _redaction;
    private readonly Task _writing;
    private long _lost;
    private bool _torn; // the last line in the file has no end

    /// <param name="path">The file, which is made if it is not there.</param>
    /// <param name="redaction">What is never written.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public RequestLog(string path, Redaction redaction)
    {
        _redaction = redaction;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            _torn = IsTorn(path);
            _file = new FileStream(path, options);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, "it cannot be written.", "Name a file for the log that may be made and written.", broken);
        }
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Records that could not be written.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Adds a record.</summary>
    public async ValueTask AddAsync(RequestRecord record)
    {
        try
        {
            await _lines.Writer.WriteAsync(record.ToLine(_redaction)).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            Interlocked.Increment(ref _lost); // a request that outlived the gateway
        }
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.Complete();
        await _writing.ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                if (_torn) // so that half a record spoils no other
                    await _file.WriteAsync("\n"u8.ToArray()).ConfigureAwait(false);
                _torn = true;
                await _file.WriteAsync(line).ConfigureAwait(false);
                _torn = false;
            }
            catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
            {
                Interlocked.Increment(ref _lost); // a full disk; readiness says so, and requests go on being answered
            }
        }
    }

    /// <summary>Whether whoever wrote the file was killed, or the disk full, in the middle of a line.</summary>
    private static bool IsTorn(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length == 0)
            return false;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() != '\n';
    }
}
