using System.Security.Cryptography;

namespace Plumbline.Server.Keys;

/// <summary>Tells who asks by the key that is presented.</summary>
internal sealed class KeyRing
{
    private const int LongestKey = 256;
    private static readonly byte[] Nobody = RandomNumberGenerator.GetBytes(32);

    private readonly Dictionary<string, (byte[] Hash, KeyAccount Account)> _keys;

    public KeyRing(IReadOnlyList<KeyRecord> keys, KeyLedger ledger) =>
        _keys = keys.ToDictionary(key => key.Id, key => (Convert.FromHexString(key.Hash), ledger.Open(key)), StringComparer.Ordinal);

    /// <returns>Whose key it is, or null if it is nobody's. How long that takes tells nothing of any key.</returns>
    public KeyAccount? Find(string? authorization)
    {
        if (authorization is null || authorization.Length > LongestKey || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return null;
        var key = authorization[7..].Trim();
        var known = _keys.TryGetValue(key.Split('-') is [_, var id, ..] ? id : "", out var found);
        var same = CryptographicOperations.FixedTimeEquals(KeyFile.Hash(key), known ? found.Hash : Nobody);
        return same && known ? found.Account : null;
    }
}
