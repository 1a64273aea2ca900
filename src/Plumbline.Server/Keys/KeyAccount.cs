using System.Threading.RateLimiting;

namespace Plumbline.Server.Keys;

/// <summary>What a key has asked for, against what it may.</summary>
/// <remarks>Tokens and spend are known only once a request was answered: requests that are being answered when a limit is reached are answered to their end.</remarks>
internal sealed class KeyAccount : IDisposable
{
    private const int Segments = 12;
    private readonly TimeProvider _clock;
    private readonly KeyRecord _key;
    private readonly SlidingWindowRateLimiter? _requests;
    private readonly Lock _lock = new();
    private DaySpent _spent;

    /// <param name="key">The key and its limits.</param>
    /// <param name="spent">What it has spent already.</param>
    /// <param name="clock">What day it is.</param>
    public KeyAccount(KeyRecord key, DaySpent spent, TimeProvider clock)
    {
        (_key, _spent, _clock) = (key, spent, clock);
        _requests = key.RequestsPerMinute is { } limit
            ? new(new() { PermitLimit = limit, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = Segments, QueueLimit = 0, AutoReplenishment = true })
            : null;
    }

    /// <summary>The key and its limits.</summary>
    public KeyRecord Key => _key;

    public string Id => _key.Id;

    public string Name => _key.Name;

    /// <summary>Whether answers have to say what they cost.</summary>
    public bool Counts => _key.TokensPerDay is not null || _key.SpendPerDay is not null;

    /// <summary>What was spent today.</summary>
    public DaySpent Spent
    {
        get
        {
            lock (_lock)
                return _spent = _spent.On(Today);
        }
    }

    /// <summary>Takes one request from what is left.</summary>
    /// <returns>Null, or why not.</returns>
    public ApiError? Take()
    {
        var spent = Spent;
        if (spent.Tokens >= _key.TokensPerDay)
            return Until("tokens", $"The key '{Name}' has used its {_key.TokensPerDay} tokens of today (UTC).", "tokens_per_day");
        if (spent.Money >= _key.SpendPerDay)
            return Until("insufficient_quota", FormattableString.Invariant($"The key '{Name}' has spent its {_key.SpendPerDay} of today (UTC)."), "spend_per_day");
        if (_requests is null)
            return null;
        using var lease = _requests.AttemptAcquire();
        return lease.IsAcquired ? null : new ApiError(429, $"The key '{Name}' may ask {_key.RequestsPerMinute} times a minute. Wait a few seconds, or ask for a higher limit.", Code: "rate_limit_exceeded")
        {
            Kind = "requests",
            RetryAfter = TimeSpan.FromSeconds(60.0 / Segments),
        };
    }

    /// <summary>Adds what an answer cost.</summary>
    public void Add(long tokens, decimal money)
    {
        lock (_lock)
            _spent = _spent.On(Today).Plus(tokens, money);
    }

    public void Dispose() => _requests?.Dispose();

    private DateOnly Today => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);

    private ApiError Until(string kind, string problem, string code) => new(429, $"{problem} Ask again tomorrow, or ask for a higher limit.", Code: code)
    {
        Kind = kind,
        RetryAfter = _clock.GetUtcNow().UtcDateTime.Date.AddDays(1) - _clock.GetUtcNow().UtcDateTime,
        MayRetry = false,
    };
}

/// <summary>What a key has spent in one day.</summary>
/// <param name="Day">Which day (UTC).</param>
/// <param name="Tokens">Tokens read and written.</param>
/// <param name="Money">By the table of prices.</param>
/// <param name="Requests">Answered requests.</param>
internal sealed record DaySpent(DateOnly Day, long Tokens = 0, decimal Money = 0, long Requests = 0)
{
    public DaySpent On(DateOnly day) => day == Day ? this : new(day);

    public DaySpent Plus(long tokens, decimal money) => this with { Tokens = Tokens + tokens, Money = Money + money, Requests = Requests + 1 };
}
