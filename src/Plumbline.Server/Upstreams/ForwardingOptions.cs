namespace Plumbline.Server;

/// <summary>How patiently upstreams are asked.</summary>
public sealed record ForwardingOptions
{
    /// <summary>How often all upstreams are tried again after none has answered, 0 to 10.</summary>
    public int Retries
    {
        get;
        init => field = value is >= 0 and <= 10 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Upstreams are tried again 0 to 10 times.");
    } = 2;

    /// <summary>How long is waited before the first retry; doubled for each further one, with jitter. What an upstream asks for (Retry-After) is waited instead.</summary>
    public TimeSpan RetryDelay
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait before a retry; an upstream that asks for more is not tried again, and the caller is told how long to wait.</summary>
    public TimeSpan LongestRetryDelay
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromSeconds(10);

    /// <summary>After how long without the beginning of an answer the next upstream is asked too, and the first answer taken; null: never.</summary>
    public TimeSpan? HedgeAfter
    {
        get;
        init => field = value is { } given ? Positive(given) : null;
    }

    /// <summary>How long an upstream may take to answer whole, or to begin a streamed answer.</summary>
    public TimeSpan AttemptLimit
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromMinutes(2);

    /// <summary>How long a streamed answer may be silent.</summary>
    public TimeSpan IdleLimit
    {
        get;
        init => field = Positive(value);
    } = TimeSpan.FromMinutes(1);

    /// <summary>Bytes of the longest answer.</summary>
    public long LongestAnswer
    {
        get;
        init => field = value is >= 1024 and <= 1L << 30 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "An answer has 1 KiB to 1 GiB.");
    } = 32 << 20;

    /// <summary>Bytes of the longest event of a streamed answer.</summary>
    public int LongestEvent
    {
        get;
        init => field = value is >= 1024 and <= 64 << 20 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "An event has 1 KiB to 64 MiB.");
    } = 4 << 20;

    private static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero && value <= TimeSpan.FromDays(1) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A time is above zero and at most a day.");
}
