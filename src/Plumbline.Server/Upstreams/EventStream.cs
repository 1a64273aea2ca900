using System.Buffers;
using System.IO.Pipelines;

namespace Plumbline.Server.Upstreams;

/// <summary>Server-sent events of an upstream, handed on whole: an event that is not what the API says, too long, or cut short is never given out.</summary>
/// <param name="response">What the upstream sends; owned.</param>
/// <param name="body">Its body.</param>
/// <param name="shape">What the events look like.</param>
/// <param name="options">How long they and the pauses between them may be.</param>
/// <param name="hidesUsage">Whether events that say nothing but what the answer cost are left out.</param>
/// <remarks>For one reader. What <see cref="ReadAsync"/> gives is valid until the next call.</remarks>
internal sealed class EventStream(HttpResponseMessage response, Stream body, AnswerShape shape, ForwardingOptions options, bool hidesUsage = false) : IAsyncDisposable
{
    private const int Buffer = 16384;
    private readonly PipeReader _reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: Buffer, minimumReadSize: 4096));
    private CancellationTokenSource? _idle;
    private ReadOnlySequence<byte> _given;
    private bool _waiting;
    private Action<ReadOnlyMemory<byte>>? _seen;
    private long _searched;
    private long _length;

    /// <summary>Whether the end of the answer was seen; what comes after it is not waited for.</summary>
    public bool Finished { get; private set; }

    /// <summary>Whether the marker was seen that nothing follows.</summary>
    public bool Done { get; private set; }

    /// <summary>Tokens read, as far as the upstream has said.</summary>
    public long? InputTokens { get; private set; }

    /// <summary>Tokens written, as far as the upstream has said.</summary>
    public long? OutputTokens { get; private set; }

    /// <summary>Events so far that held a piece of the answer.</summary>
    public int Count { get; private set; }

    /// <summary>Has somebody told of the payload of every event, those of the beginning included.</summary>
    public void Tell(Action<ReadOnlyMemory<byte>> seen)
    {
        _seen = seen;
        if (_waiting)
            TellAgain(_given);
    }

    /// <summary>Sees to it that there is a first event, and that it is part of an answer; <see cref="ReadAsync"/> gives it.</summary>
    public async Task BeginAsync(CancellationToken cancel)
    {
        do
        {
            _given = await TakeAsync(cancel).ConfigureAwait(false);
            if (_given.IsEmpty || Done && Count == 0)
                throw new UpstreamException(UpstreamFault.CutShort);
            if (Count > 0)
                break;
            _reader.AdvanceTo(_given.End); // comments that keep the connection alive
        }
        while (true);
        _waiting = true;
    }

    /// <summary>The next whole events; empty at the end.</summary>
    /// <exception cref="UpstreamException">What comes next is no event, too long, too late, or cut short.</exception>
    public async ValueTask<ReadOnlySequence<byte>> ReadAsync(CancellationToken cancel)
    {
        if (_waiting)
        {
            _waiting = false;
            return _given;
        }

        if (_given.IsEmpty)
            return default; // the end was reached before
        _reader.AdvanceTo(_given.End);
        return _given = Done ? default : await TakeAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Cuts the connection, where there is no waiting for the rest.</summary>
    public void Abandon()
    {
        response.Dispose();
        _idle?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        response.Dispose(); // before the reader, which would wait for the rest
        await _reader.CompleteAsync().ConfigureAwait(false);
        _idle?.Dispose();
    }

    private async ValueTask<ReadOnlySequence<byte>> TakeAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var read = _reader.TryRead(out var ready) ? ready : await WaitAsync(cancel).ConfigureAwait(false);
                var (start, end) = Accept(read.Buffer);
                if (!start.Equals(end))
                    return Counted(read.Buffer.Slice(start, end));
                var left = read.Buffer.Slice(end);
                if (left.Length > options.LongestEvent)
                    throw new UpstreamException(UpstreamFault.TooLarge);
                if (Done || read.IsCompleted)
                    return Finished ? default : throw new UpstreamException(UpstreamFault.CutShort);
                _searched = left.Length;
                _reader.AdvanceTo(end, read.Buffer.End);
            }
        }
        catch (UpstreamException late) when (Finished && late.Fault is UpstreamFault.TooLate or UpstreamFault.CutShort)
        {
            return default; // the answer is whole; what would have followed is missed by nobody
        }
    }

    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancel)
    {
        if (_idle is null || !_idle.TryReset())
        {
            _idle?.Dispose();
            _idle = new();
        }

        _idle.CancelAfter(options.IdleLimit);
        try
        {
            using var hungUp = cancel.UnsafeRegister(static idle => ((CancellationTokenSource)idle!).Cancel(), _idle);
            return await _reader.ReadAsync(_idle.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new UpstreamException(UpstreamFault.TooLate);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            cancel.ThrowIfCancellationRequested();
            throw new UpstreamException(UpstreamFault.CutShort, null, broken);
        }
    }

    /// <summary>Looks at every whole event.</summary>
    /// <returns>Where those that are handed on begin, and where the last of them ends; the same if there are none.</returns>
    private (SequencePosition Start, SequencePosition End) Accept(ReadOnlySequence<byte> buffer)
    {
        var (start, end) = (buffer.Start, buffer.Start);
        if (_searched > 0 && buffer.Slice(_searched).PositionOf((byte)'\n') is null)
            return (start, end);
        var reader = new SequenceReader<byte>(buffer);
        if (AcceptPlain(buffer.FirstSpan) is > 0 and var plain)
        {
            end = buffer.GetPosition(plain);
            reader.Advance(plain);
        }

        var data = default(ReadOnlySequence<byte>);
        var lines = 0;
        while (!Done && reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            line = WithoutReturn(line);
            if (line.IsEmpty)
            {
                if (lines == 0 || Judge(data))
                    end = reader.Position;
                else if (start.Equals(end))
                    start = end = reader.Position; // left out, with nothing before it
                else
                    return (start, end); // it is left out the next time
                (data, lines) = (default, 0);
            }
            else if (DataOf(line) is { } given)
                data = lines++ == 0 ? given : Join(data, given);
            else if (!IsField(line))
                throw new UpstreamException(UpstreamFault.Unreadable);
        }

        return (start, end);
    }

    /// <summary>Passes over events that plainly are pieces in the middle of an answer, as nearly all are, without taking their JSON apart: a stream of many costs little more than its copying.</summary>
    /// <remarks>In JSON the quotes inside a text are escaped: the bytes that are looked for can only be members. The first event, the last ones, and whatever looks different are taken apart.</remarks>
    /// <returns>Bytes of whole events at the beginning.</returns>
    private int AcceptPlain(ReadOnlySpan<byte> bytes)
    {
        var accepted = 0;
        if (Count == 0 || _seen is not null || shape != AnswerShape.ChatCompletion)
            return accepted;
        while (bytes[accepted..].IndexOf("\n\n"u8) is > 0 and var length)
        {
            var line = bytes.Slice(accepted, length);
            if (!line.StartsWith("data: {"u8) || line[^1] != '}' || length > options.LongestEvent || line.Contains((byte)'\n') || line.IndexOf("\"finish_reason\":null"u8) < 0 || line.IndexOf("\"choices\":[{"u8) < 0 || line.IndexOf("\"error\""u8) >= 0)
                break;
            Count++;
            accepted += length + 2;
        }
        return accepted;
    }

    /// <returns>Whether it is handed on.</returns>
    private bool Judge(ReadOnlySequence<byte> data)
    {
        if (data.Length > options.LongestEvent)
            throw new UpstreamException(UpstreamFault.TooLarge);
        var payload = data.IsSingleSegment ? data.FirstSpan : data.ToArray();
        if (payload.SequenceEqual("[DONE]"u8))
            return Done = Finished = true;
        var scan = AnswerScan.Of(payload, shape.EventMember) ?? throw new UpstreamException(UpstreamFault.Unreadable);
        if (scan.IsError || !scan.HasMember)
            throw new UpstreamException(scan.IsError ? UpstreamFault.Failed : UpstreamFault.Unreadable);
        (InputTokens, OutputTokens) = (scan.InputTokens ?? InputTokens, scan.OutputTokens ?? OutputTokens);
        Finished |= scan.Finishes;
        if (scan.IsUsageAlone && hidesUsage)
            return false;
        Count++;
        _seen?.Invoke(data.ToArray());
        return true;
    }

    private void TellAgain(ReadOnlySequence<byte> events)
    {
        var reader = new SequenceReader<byte>(events);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (DataOf(WithoutReturn(line)) is { IsEmpty: false } data && data.FirstSpan[0] == '{')
                _seen!(data.ToArray());
        }
    }

    private ReadOnlySequence<byte> Counted(ReadOnlySequence<byte> events)
    {
        _searched = 0;
        _length += events.Length;
        return _length <= options.LongestAnswer ? events : throw new UpstreamException(UpstreamFault.TooLarge);
    }

    private static ReadOnlySequence<byte> WithoutReturn(ReadOnlySequence<byte> line) =>
        line.IsEmpty || line.Slice(line.Length - 1).FirstSpan[0] != '\r' ? line : line.Slice(0, line.Length - 1);

    /// <summary>What stands after <c>data:</c>, or null.</summary>
    private static ReadOnlySequence<byte>? DataOf(ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(line);
        if (!reader.IsNext("data:"u8, advancePast: true))
            return null;
        reader.IsNext((byte)' ', advancePast: true);
        return reader.UnreadSequence;
    }

    /// <summary>A comment, or one of the other fields that an event has.</summary>
    private static bool IsField(ReadOnlySequence<byte> line)
    {
        var reader = new SequenceReader<byte>(line);
        return reader.IsNext((byte)':') || reader.IsNext("event:"u8) || reader.IsNext("id:"u8) || reader.IsNext("retry:"u8);
    }

    private static ReadOnlySequence<byte> Join(ReadOnlySequence<byte> first, ReadOnlySequence<byte> second) => new([.. first.ToArray(), (byte)'\n', .. second.ToArray()]);
}
