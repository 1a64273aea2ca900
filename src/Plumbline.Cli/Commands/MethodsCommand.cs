using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Reproductions;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline methods</c>: what Plumbline is made of, and how far each part is.</summary>
internal static class MethodsCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var room = new Option<string?>("--room") { Description = "Only methods of this room, for example Training or Auditing/Judges.", HelpName = "ROOM" };
        var status = new Option<string?>("--status") { Description = "Only methods that are working, partial or planned.", HelpName = "STATUS" }.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Enum.GetNames<MethodStatus>().Select(name => name.ToLowerInvariant())]);
        var json = Inputs.Json();
        var command = new Command("methods", """
            List the 119 published methods that Plumbline is made of: number, name, room, status.

            A method counts as working once its experiment can be run and covers what the paper is about ('plumbline reproduce NAME'),
            as partial if the experiment says what is missing, and as planned until then.
            """)
        {
            room, status, json,
        };
        command.SetAction(parsed =>
        {
            var methods = Select(rooms.Methods, parsed.GetValue(room), parsed.GetValue(status) is { } name ? Enum.Parse<MethodStatus>(name, ignoreCase: true) : null);
            if (parsed.GetValue(json))
                terminal.Line(JsonSerializer.Serialize(methods.Select(method => new Entry(method.Number, method.Name, method.Room, method.Status, method.Command)), Ledger.Json));
            else
                Show(terminal, methods, rooms.Methods.Count);
            return ExitCode.Fine;
        });
        return command.WithExamples(
            ("methods --status working", "what can be run"),
            ("methods --room Deliberation", "one room"),
            ("methods --json", "a list of { number, name, room, status, command }"));
    }

    private static IReadOnlyList<Method> Select(IReadOnlyList<Method> methods, string? room, MethodStatus? status)
    {
        var inRoom = methods.Where(method => room is null || IsIn(method, room)).ToArray();
        if (inRoom.Length == 0)
            throw new InputException("--room", $"no method lives in '{room}'.", $"Rooms: {string.Join(", ", methods.SelectMany(RoomsOf).Select(name => name.Split('/')[0]).Distinct().Order(StringComparer.Ordinal))}.");
        return [.. inRoom.Where(method => status is null || method.Status == status)];
    }

    private static bool IsIn(Method method, string room) =>
        RoomsOf(method).Any(name => name.Equals(room, StringComparison.OrdinalIgnoreCase) || name.StartsWith(room + "/", StringComparison.OrdinalIgnoreCase));

    private static string[] RoomsOf(Method method) => method.Room.Split('+', StringSplitOptions.TrimEntries);

    private static void Show(Terminal terminal, IReadOnlyList<Method> methods, int all)
    {
        var table = SummaryTable.Empty(["no", "name", "room", "status", "what works when it works"]);
        foreach (var method in methods)
            table.AddRow(new Text(method.Number), new Text(method.Name), new Text(method.Room), new Text(method.Status.ToString().ToLowerInvariant()), new Text(method.Works));
        terminal.Output.Write(table);
        var counts = methods.CountBy(method => method.Status).OrderByDescending(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key.ToString().ToLowerInvariant()}");
        terminal.Line($"{methods.Count} of {all} methods: {string.Join(", ", counts)}.");
    }

    /// <summary>What a program reads; a command that does not exist yet is null, not absent.</summary>
    private sealed record Entry(
        string Number, string Name, string Room, MethodStatus Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Command);
}
