using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Plumbline.Models.Tests;

/// <summary>Byte-pair encoding as its definition says, from the file, without a thought for speed: what the tokenizer is held against.</summary>
internal static class NaiveBytePairs
{
    public static IEnumerable<int> Encode(string file, string text)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var model = json.RootElement.GetProperty("model");
        var vocabulary = model.GetProperty("vocab");
        var merges = model.GetProperty("merges").EnumerateArray().Select(merge => (merge[0].GetString()!, merge[1].GetString()!)).ToList();
        var pattern = json.RootElement.GetProperty("pre_tokenizer").GetProperty("pretokenizers")[0].GetProperty("pattern").GetProperty("Regex").GetString()!;
        var printable = Enumerable.Range(33, 94).Concat(Enumerable.Range(161, 12)).Concat(Enumerable.Range(174, 82)).ToList();
        var hidden = Enumerable.Range(0, 256).Except(printable).ToList();
        foreach (Match piece in Regex.Matches(text, pattern))
        {
            var parts = Encoding.UTF8.GetBytes(piece.Value).Select(value => (printable.Contains(value) ? (char)value : (char)(256 + hidden.IndexOf(value))).ToString()).ToList();
            while (true)
            {
                var best = merges.FindIndex(merge => Enumerable.Range(0, parts.Count - 1).Any(at => (parts[at], parts[at + 1]) == merge));
                if (best < 0)
                    break;
                var first = Enumerable.Range(0, parts.Count - 1).First(at => (parts[at], parts[at + 1]) == merges[best]);
                parts[first] += parts[first + 1];
                parts.RemoveAt(first + 1);
            }
            foreach (var part in parts)
                yield return vocabulary.GetProperty(part).GetInt32();
        }
    }
}
