using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Plumbline.Fuzzing;

/// <summary>Damage to JSON that mostly leaves it JSON: other values, missing, doubled and strange keys, depth.</summary>
internal static partial class JsonMutation
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "-1", "2", "3", "7", "64", "255", "4095", "4097", "65536", "16777216", "16777217", "2147483647", "2147483648", "-2147483648", "4294967296", "281474976710656",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "0.5", "-0.0", "1.5", "1e-320", "1e-45", "1e-8", "1e38", "1e39", "1e308", "-1e308", "1e400", "0.1e1",
        "\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud800\"", "\"..\"", "\"/etc/passwd\"", "\"../model.safetensors\"", "\"config.json\"", "\"F32\"", "\"F16\"", "\"BF16\"", "\"F64\"", "\"I64\"", "\"U8\"", "\"BOOL\"", "\"F8_E4M3\"",
        "\"full_attention\"", "\"sliding_attention\"", "\"linear\"", "\"dynamic\"", "\"yarn\"", "\"longrope\"", "\"llama3\"", "\"default\"", "\"gelu\"", "\"llama\"", "\"gpt2\"", "\"gemma3_text\"", "\"qwen3\"", "\"phi3\"",
        "[]", "[0]", "[1]", "[-1]", "[0,0]", "[0,4]", "[4,0]", "[1,1,1,1,1,1,1,1]", "[1,1,1,1,1,1,1,1,1]", "[4294967296,4294967296]", "[281474976710656,0,281474976710656]", "[0,281474976710656]", "[2147483648]",
        "[null]", "[[[]]]", "{}", "{\"a\":1}", "{\"factor\":0.001}", "{\"rope_type\":\"dynamic\",\"factor\":1e300}", "{\"rope_type\":\"yarn\",\"factor\":1e-300}",
    ];

    public static byte[] Apply(byte[] utf8, Draws draws)
    {
        if (!Utf8.IsValid(utf8)) // an earlier mutation has been here
            return ByteMutation.Apply(utf8, draws);
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(utf8, documentOptions: new() { MaxDepth = 200, AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return ByteMutation.Apply(utf8, draws);
        }
        try
        {
            var places = new List<JsonNode>();
            Collect(root, places);
            if (places.Count == 0)
                return ByteMutation.Apply(utf8, draws);
            return Encoding.UTF8.GetBytes(Damage(root!, draws.Pick(places), draws));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException) // half surrogates cannot be written again
        {
            return ByteMutation.Apply(utf8, draws);
        }
    }

    private static string Damage(JsonNode root, JsonNode container, Draws draws)
    {
        switch (container)
        {
            case JsonObject members when members.Count > 0:
                var keys = members.Select(member => member.Key).ToArray();
                var (key, other) = (draws.Pick(keys), draws.Pick(keys));
                switch (draws.Next(8))
                {
                    case 0:
                        members.Remove(key);
                        break;
                    case 1:
                        var (one, two) = (members[key]?.DeepClone(), members[other]?.DeepClone());
                        (members[key], members[other]) = (two, one);
                        break;
                    case 2:
                        members[key + (char)draws.Between('a', 'z')] = members[key]?.DeepClone();
                        break;
                    case 3:
                        members[$"{(char)draws.Between('a', 'z')}"] = JsonNode.Parse(draws.Pick(Parsable));
                        break;
                    case 4: // the key twice
                        var name = JsonSerializer.Serialize(key);
                        return new Regex(Regex.Escape(name) + ":").Replace(root.ToJsonString(), $"{name}:{draws.Pick(Values)},{name}:", 1);
                    default:
                        return Put(root, key, members, draws);
                }
                return root.ToJsonString();
            case JsonArray elements when elements.Count > 0:
                var index = draws.Next(elements.Count);
                switch (draws.Next(5))
                {
                    case 0:
                        elements.RemoveAt(index);
                        break;
                    case 1:
                        elements.Insert(index, elements[index]?.DeepClone());
                        break;
                    case 2:
                        for (var copy = draws.Pick((int[])[10, 100, 3000]); copy > 0; copy--)
                            elements.Add(elements[index]?.DeepClone());
                        break;
                    case 3:
                        elements.Clear();
                        break;
                    default:
                        elements[index] = JsonNode.Parse(draws.Pick(Parsable));
                        break;
                }
                return root.ToJsonString();
            default:
                return root.ToJsonString();
        }
    }

    /// <summary>Another value in the place of one: also such as are no JSON, or lie a thousand deep.</summary>
    private static string Put(JsonNode root, string key, JsonObject members, Draws draws)
    {
        const string Here = "\u0001here\u0001";
        var nudge = members[key] is JsonValue number && number.TryGetValue<long>(out var whole) && draws.Chance(0.4) ? $"{unchecked(whole + draws.Between(-2, 2))}" : null;
        var value = nudge ?? draws.Next(20) switch
        {
            0 => new string('[', 1000) + new string(']', 1000),
            1 => $"\"{new string('x', 100_000)}\"",
            2 => string.Concat(Enumerable.Repeat("{\"a\":", 300)) + "1" + new string('}', 300),
            _ => draws.Pick(Values),
        };
        members[key] = Here;
        return root.ToJsonString().Replace(JsonSerializer.Serialize(Here), value, StringComparison.Ordinal);
    }

    private static string[] Parsable { get; } = [.. Values.Where(value => !HalfSurrogate().IsMatch(value))];

    [GeneratedRegex("ud800")]
    private static partial Regex HalfSurrogate();

    private static void Collect(JsonNode? node, List<JsonNode> into)
    {
        if (node is JsonObject members)
        {
            into.Add(node);
            foreach (var (_, value) in members.Take(200))
                Collect(value, into);
        }
        else if (node is JsonArray elements)
        {
            into.Add(node);
            foreach (var value in elements.Take(20))
                Collect(value, into);
        }
    }
}
