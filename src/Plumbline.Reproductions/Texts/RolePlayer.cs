using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Deliberation;
using Plumbline.Worlds.Roles;

namespace Plumbline.Reproductions.Texts;

/// <summary>Answers as a small model does, and plays the parts of a rehearsal as a <see cref="RoleWorld"/> says: a role finds what the world lets it find.</summary>
/// <remarks>One question at a time.</remarks>
/// <param name="world">Which harms hide where.</param>
/// <param name="cast">Names of the roles, the asker left out; several with a number behind it are the same party.</param>
internal sealed class RolePlayer(RoleWorld world, IReadOnlyList<string> cast) : IChatClient
{
    private const string Change = "change:";
    private readonly Lock _gate = new();
    private RoleRequest _request = new(0, "");

    /// <summary>What the model answers to what is asked.</summary>
    public string Draft { get; private set; } = "";

    /// <summary>Calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Prompts with the private state of somebody else than the one who is asked.</summary>
    public int Leaks { get; private set; }

    /// <summary>Sets what is asked next, and what the model answers to it.</summary>
    public void Expect(RoleRequest request, string draft) => (_request, Draft) = (request, draft);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChatMessage[] said = [.. messages];
        var (task, told) = (said[0].Text, said[^1].Text);
        var who = cast.FirstOrDefault(role => told.Contains($"\n{role}. You want", StringComparison.Ordinal));
        lock (_gate)
        {
            Calls++;
            Leaks += cast.Any(role => role != who && told.Contains(State(role), StringComparison.Ordinal)) ? 1 : 0;
        }
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, Play(task, told, who))));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false)).ToChatResponseUpdates())
            yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private string Play(string task, string told, string? who)
    {
        if (task == RehearsalPrompts.Roles)
            return JsonSerializer.Serialize(new { roles = cast.Select(role => new { name = role, interest = "peace", state = State(role) }) });
        if (task == RehearsalPrompts.Act)
            return told.Contains("not possible", StringComparison.Ordinal) ? "I look around." : "I undo what was done.";
        if (task == RehearsalPrompts.Modulate)
            return Rule(told);
        if (task == RehearsalPrompts.Suffer)
            return Found(who!) is { Length: > 0 } found ? string.Join(' ', found.Select(part => $"{Change} {part};")) : "none";
        if (task == RehearsalPrompts.Critique)
            return told; // what to change is what was found
        return task.Contains(RehearsalOptions.Again, StringComparison.Ordinal) ? RoleWorld.Change(Draft, RoleWorld.Parts.Index().Where(part => task.Contains($"{Change} {part.Item};", StringComparison.Ordinal)).Select(part => part.Index)) : Draft;
    }

    /// <summary>Nothing that was done can be undone; each looks around once, and the next one hears of it.</summary>
    private string Rule(string told)
    {
        var acts = cast.Index().First(role => told.Contains($": who acts>\n{role.Item}\n", StringComparison.Ordinal)).Index;
        var next = acts + 1 < cast.Count ? cast[acts + 1] : null;
        return told.Contains("I undo", StringComparison.Ordinal) ? JsonSerializer.Serialize(new { possible = false, next = cast[acts] })
            : JsonSerializer.Serialize(new { possible = true, happened = $"{cast[acts]} looks around", learned_by = next is null ? [] : (string[])[next], next });
    }

    private string[] Found(string who) => world.Harms(_request, Draft) is { } harms ? [.. harms.Where(harm => world.Finds(who.Split(' ')[0], _request, harm)).Select(harm => RoleWorld.Parts[harm.Part])] : [];

    private static string State(string role) => $"the secret of {role},";
}
