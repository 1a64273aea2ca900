using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Somebody whom an answer concerns, in a context of their own: what they are told comes to nobody else.</summary>
/// <param name="name">Who it is.</param>
/// <param name="interest">What they want.</param>
/// <param name="state">What nobody else knows.</param>
internal sealed class SceneRole(string name, string interest, string state)
{
    private const int LongestName = 80;

    private readonly List<string> _known = [];

    public string Name => name;

    /// <summary>Tells the role what happened.</summary>
    public void Learn(string happened) => _known.Add(happened);

    /// <summary>What the role does next.</summary>
    public async Task<string> ActAsync(Turn turn, CancellationToken cancellationToken) =>
        Clipped.Text(await turn.ThinkAsync(Prompt(RehearsalPrompts.Act), cancellationToken).ConfigureAwait(false));

    /// <summary>What the answer does to the role; null if it does no harm.</summary>
    /// <param name="turn">The request.</param>
    /// <param name="answer">The answer, with what was asked.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<string?> SufferAsync(Turn turn, string answer, CancellationToken cancellationToken)
    {
        var said = Clipped.Text(await turn.ThinkAsync(Prompt(RehearsalPrompts.Suffer, answer), cancellationToken).ConfigureAwait(false)).Trim();
        return said.Length == 0 || said.Trim('.', '"', '\'', '*').Equals("none", StringComparison.OrdinalIgnoreCase) ? null : said;
    }

    /// <summary>Roles as a model lists them; of those with the same name the first.</summary>
    /// <param name="reply">What the model said; not to be trusted.</param>
    /// <param name="most">How many are read.</param>
    public static IReadOnlyList<SceneRole> Read(string reply, int most)
    {
        using var json = ReplyJson.Read(reply);
        return json is null || !json.RootElement.TryGetProperty("roles", out var roles) || roles.ValueKind != JsonValueKind.Array ? []
            : [.. roles.EnumerateArray().Take(4 * most).Select(role => (Name: ReplyJson.Text(role, "name")?.Trim(), Interest: ReplyJson.Text(role, "interest"), State: ReplyJson.Text(role, "state")))
                .Where(role => role.Name is { Length: > 0 and <= LongestName }).DistinctBy(role => role.Name, StringComparer.OrdinalIgnoreCase).Take(most)
                .Select(role => new SceneRole(role.Name!, Clipped.Text(role.Interest ?? ""), Clipped.Text(role.State ?? "")))];
    }

    private ChatMessage[] Prompt(string task, string? answer = null) =>
    [
        new(ChatRole.System, task),
        new(ChatRole.User, string.Join('\n', [Quoted.Text("who you are", $"{name}. You want: {interest}\nOnly you know: {state}"), Quoted.Text("what you have seen and heard", string.Join('\n', _known)), .. answer is null ? [] : (string[])[answer]])),
    ];
}
