using System.Collections.Concurrent;
using System.Text.Json;

namespace Plumbline.Server.Keys;

/// <summary>What keys have spent, kept beside their file so that a restart forgets nothing but the last seconds.</summary>
internal sealed class KeyLedger : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, KeyAccount> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DaySpent> _earlier;
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _writing = new();
    private string _written = "";

    /// <param name="keysPath">The file of keys.</param>
    /// <param name="clock">What day it is.</param>
    public KeyLedger(string keysPath, TimeProvider clock)
    {
        (_path, _clock) = (keysPath + ".spent", clock);
        _earlier = Read(_path);
        _timer = clock.CreateTimer(_ => Write(), null, Pace, Pace);
    }

    /// <summary>Whether what was spent could be written the last time.</summary>
    public bool IsKept { get; private set; } = true;

    /// <summary>The account of a key; the same for the same key, also after its file was read again.</summary>
    public KeyAccount Open(KeyRecord key)
    {
        if (_accounts.TryGetValue(key.Id, out var open) && open.Key == key)
            return open;
        var spent = open?.Spent ?? _earlier.GetValueOrDefault(key.Id) ?? new(DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime));
        return _accounts[key.Id] = new KeyAccount(key, spent, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        Write();
        foreach (var account in _accounts.Values)
            account.Dispose();
    }

    private static Dictionary<string, DaySpent> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, DaySpent>>(File.ReadAllBytes(path), JsonSerializerOptions.Web) ?? [] : [];
        }
        catch (JsonException)
        {
            throw new InputException(path, "it does not say what keys have spent.", "It is written by the gateway; remove it to let every key begin its day anew.");
        }
    }

    private void Write()
    {
        lock (_writing)
        {
            var now = JsonSerializer.Serialize(_accounts.Values.OrderBy(account => account.Id, StringComparer.Ordinal).ToDictionary(account => account.Id, account => account.Spent), JsonSerializerOptions.Web);
            if (now == _written)
                return;
            try
            {
                PrivateFile.Write(_path, System.Text.Encoding.UTF8.GetBytes(now));
                (_written, IsKept) = (now, true);
            }
            catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
            {
                IsKept = false; // tried again at the next turn; readiness says so
            }
        }
    }
}
