using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Server;

/// <summary>Who may ask a gateway, and how much: names, limits and hashes of keys in a JSON file. The keys themselves are nowhere.</summary>
/// <remarks>A key is <c>pl-ID-SECRET</c>: eight characters to find it by, and 256 random bits. Of such a secret plain SHA-256 is enough; a slow hash guards guessable passwords.</remarks>
public static class KeyFile
{
    private const int LargestFile = 4_000_000;
    private const int MostKeys = 10_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Makes a key and adds it to the file, which is made if it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Whose key it is; no other in the file has that name.</param>
    /// <param name="limits">How much it may ask for.</param>
    /// <param name="clock">When it was made.</param>
    /// <returns>The key, which is shown this once.</returns>
    /// <exception cref="InputException">The file is not one of keys, or has that name already.</exception>
    public static string Add(string path, string name, KeyLimits limits, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(clock);
        if (name is not { Length: >= 1 and <= 64 } || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.' or '@')))
            throw new InputException("NAME", "it is no name for a key.", "Use 1 to 64 letters, digits and any of - _ . @");
        var keys = File.Exists(path) ? Read(path).ToList() : [];
        if (keys.Exists(key => key.Name == name))
            throw new InputException(path, $"there is a key '{name}' already.", "Give it another name, or take the old one out of the file first.");
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var text = $"pl-{id}-{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        keys.Add(new KeyRecord(id, name, Convert.ToHexStringLower(Hash(text)), clock.GetUtcNow(), limits.RequestsPerMinute, limits.TokensPerDay, limits.SpendPerDay));
        PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(new Document(keys), Json));
        return text;
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InputException">It is not one of keys.</exception>
    internal static IReadOnlyList<KeyRecord> Read(string path)
    {
        if (!File.Exists(path))
            throw new InputException(path, "there is no such file of keys.", "Make one with: plumbline serve keys add NAME");
        if (new FileInfo(path).Length > LargestFile)
            throw new InputException(path, "it is larger than any file of keys.", $"Expected at most {MostKeys} keys.");
        try
        {
            var keys = JsonSerializer.Deserialize<Document>(File.ReadAllBytes(path), Json)?.Keys ?? [];
            if (keys.Count > MostKeys || keys.Any(key => key is not { Id.Length: 8, Name.Length: > 0, Hash.Length: 64 } || !key.Hash.All(char.IsAsciiHexDigit) || key.RequestsPerMinute < 1 || key.TokensPerDay < 1 || key.SpendPerDay <= 0))
                throw new InputException(path, "an entry of it is no key.", "Each has an id of 8 characters, a name, a hash of 64 hexadecimal digits, and limits above zero.");
            return keys.DistinctBy(key => key.Id).Count() == keys.Count ? keys : throw new InputException(path, "two keys have the same id.", "Take one of them out.");
        }
        catch (JsonException broken)
        {
            throw new InputException($"{path}:{broken.LineNumber + 1}", "it is not the JSON of a file of keys.", "Files of keys are made by 'plumbline serve keys add'; take it from a backup, or make another.");
        }
    }

    /// <summary>The hash that is kept of a key.</summary>
    internal static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private sealed record Document(IReadOnlyList<KeyRecord> Keys);
}

/// <summary>How much a key may ask for; null: as much as it likes.</summary>
/// <param name="RequestsPerMinute">Requests in a minute, at least 1.</param>
/// <param name="TokensPerDay">Tokens read and written in a day (UTC), at least 1.</param>
/// <param name="SpendPerDay">What they may cost in a day by the table of prices, above 0.</param>
public sealed record KeyLimits(int? RequestsPerMinute = null, long? TokensPerDay = null, decimal? SpendPerDay = null);

/// <summary>A key as the file has it.</summary>
internal sealed record KeyRecord(string Id, string Name, string Hash, DateTimeOffset Made, int? RequestsPerMinute, long? TokensPerDay, decimal? SpendPerDay);
