using System.Text.Json;
using Plumbline.Models.Chat.Jinja;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Tests.Chat.Jinja;

/// <summary>What Jinja2 3.1.6 makes of templates with the settings of transformers (Fixtures/jinja/make.py): expressions, statements, white space, and templates like those of real models.</summary>
public sealed class Jinja2Tests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Fixtures", "jinja");

    [Fact]
    public void Every_template_gives_what_Jinja2_gives_and_is_refused_where_Jinja2_refuses()
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "expected.json")));
        var differences = new List<string>();
        foreach (var each in expected.RootElement.GetProperty("cases").EnumerateArray())
        {
            var source = each[0].GetString()!;
            var variables = each[1].ValueKind == JsonValueKind.Number ? expected.RootElement.GetProperty("values") : each[1];
            var (text, error) = Render(source.StartsWith('@') ? Read(source[1..]) : source, variables);
            if (text != each[2].GetString())
                differences.Add($"{source}{Environment.NewLine}  expected {each[2].GetRawText()}{Environment.NewLine}  found    {JsonSerializer.Serialize(text)} {error}");
        }
        Assert.True(expected.RootElement.GetProperty("cases").GetArrayLength() > 2000);
        Assert.True(differences.Count == 0, $"{differences.Count} differ: {string.Join(Environment.NewLine, differences.Take(20))}");
    }

    internal static string[] Names => [.. Directory.EnumerateFiles(Path.Combine(Folder, "templates")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!];

    internal static string Read(string name) => File.ReadAllText(Path.Combine(Folder, "templates", name + ".jinja"));

    /// <returns>The text, or null and why there is none.</returns>
    internal static (string? Text, string? Error) Render(string source, JsonElement variables)
    {
        try
        {
            var map = (MapValue)JinjaJson.Read(variables);
            return (new JinjaTemplate(source, "template").Render(map.Entries.Select(entry => (((TextValue)entry.Key).Text, entry.Value))).Text, null);
        }
        catch (InputException e)
        {
            return (null, e.Message);
        }
    }
}
