using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Auditing;

/// <summary>Names a suite by what it asks.</summary>
public static class SuiteHash
{
    /// <summary>The first 16 hexadecimal digits of SHA-256 over identifiers, roles and texts, in order.</summary>
    public static string Of(IEnumerable<Item> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in items)
        {
            Add(item.Id);
            foreach (var message in item.Messages)
            {
                Add(message.Role.Value);
                Add(message.Text);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];

        // Each text with its length, so that no two lists of texts run together to the same bytes.
        void Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }
}
