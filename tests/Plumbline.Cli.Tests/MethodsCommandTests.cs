using System.Text.Json;

namespace Plumbline.Cli.Tests;

public sealed class MethodsCommandTests
{
    [Fact]
    public async Task Json_is_a_list_of_119_with_number_name_room_status_and_command()
    {
        var ran = await CommandLine.RunAsync("methods", "--json");
        using var document = JsonDocument.Parse(ran.Output);
        Assert.Equal(119, document.RootElement.GetArrayLength());
        Assert.All(document.RootElement.EnumerateArray(), method =>
        {
            Assert.Equal(["number", "name", "room", "status", "command"], method.EnumerateObject().Select(property => property.Name));
            var planned = method.GetProperty("status").GetString() == "planned";
            Assert.Equal(planned, method.GetProperty("command").ValueKind == JsonValueKind.Null);
        });
    }

    [Fact]
    public async Task Room_and_status_select()
    {
        var ran = await CommandLine.RunAsync("methods", "--room", "training", "--status", "Working", "--json");
        using var document = JsonDocument.Parse(ran.Output);
        Assert.Contains(document.RootElement.EnumerateArray(), method => method.GetProperty("name").GetString() == "unified-view");
        Assert.All(document.RootElement.EnumerateArray(), method => Assert.Contains("Training", method.GetProperty("room").GetString(), StringComparison.Ordinal));
        Assert.All(document.RootElement.EnumerateArray(), method => Assert.Equal("working", method.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task The_table_counts_what_it_shows()
    {
        var ran = await CommandLine.RunAsync("methods", "--room", "Auditing/Judges");
        Assert.Contains("048", ran.Output, StringComparison.Ordinal);
        Assert.Contains("2 of 119 methods: 2 planned.", ran.Output, StringComparison.Ordinal);
    }
}
