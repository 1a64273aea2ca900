using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Keeps the state of a scene: says what comes of an action, who learns of it and who acts next, and rejects what is not possible (111).</summary>
/// <remarks>It sees what happens and the names of all, and nobody's private state, so that it cannot pass one on.</remarks>
/// <param name="roles">Everybody.</param>
/// <param name="answer">The answer that they live with, with what was asked, quoted.</param>
internal sealed class SocialModulator(IReadOnlyList<SceneRole> roles, string answer)
{
    private readonly List<string> _happened = [];

    /// <summary>What happened so far, in order.</summary>
    public IReadOnlyList<string> Log => _happened;

    /// <summary>Plays: the first role acts first.</summary>
    /// <param name="turn">The request.</param>
    /// <param name="interactions">Most actions.</param>
    /// <param name="cancellationToken">Stops the scene.</param>
    public async Task PlayAsync(Turn turn, int interactions, CancellationToken cancellationToken)
    {
        roles[0].Learn(answer); // who asked
        var actor = roles[0];
        for (var action = 0; action < interactions && actor is not null; action++)
            actor = await ActAsync(turn, actor, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Who acts next; null where nothing new happens.</returns>
    private async Task<SceneRole?> ActAsync(Turn turn, SceneRole actor, CancellationToken cancellationToken)
    {
        var wants = await actor.ActAsync(turn, cancellationToken).ConfigureAwait(false);
        var reply = await turn.ThinkAsync(
        [
            new(ChatRole.System, RehearsalPrompts.Modulate),
            new(ChatRole.User, string.Join('\n', [answer, Quoted.Text("everybody", string.Join('\n', roles.Select(role => role.Name))), Quoted.Text("what has happened", string.Join('\n', _happened)), Quoted.Text("who acts", actor.Name), Quoted.Text("what they want to do", wants)])),
        ], cancellationToken).ConfigureAwait(false);
        using var json = ReplyJson.Read(reply);
        if (json is null || json.RootElement.ValueKind != JsonValueKind.Object)
            return null;
        var ruling = json.RootElement;
        var next = Find(ReplyJson.Text(ruling, "next"));
        if (!(ruling.TryGetProperty("possible", out var possible) && possible.ValueKind == JsonValueKind.True))
        {
            actor.Learn($"You wanted this, and it was not possible: {wants}");
            turn.Note($"{actor.Name}: not possible.");
            return next;
        }
        var happened = Clipped.Text(ReplyJson.Text(ruling, "happened") is { Length: > 0 } said ? said : wants);
        if (_happened.Contains(happened))
            return null;
        _happened.Add(happened);
        var told = ruling.TryGetProperty("learned_by", out var names) && names.ValueKind == JsonValueKind.Array ? names.EnumerateArray().Take(64).Select(name => name.ValueKind == JsonValueKind.String ? Find(name.GetString()) : null).OfType<SceneRole>() : [];
        foreach (var role in told.Append(actor).Distinct())
            role.Learn(happened);
        return next;
    }

    private SceneRole? Find(string? name) => roles.FirstOrDefault(role => role.Name.Equals(name?.Trim(), StringComparison.OrdinalIgnoreCase));
}
