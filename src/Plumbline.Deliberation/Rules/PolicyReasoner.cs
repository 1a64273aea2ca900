using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Has a model work out what a given policy decides, and believes it only where the order of the options plays no part and a principle can be named (083).</summary>
/// <remarks>
/// The policy stands in the prompt: the model supplies the reasoning, not the morals. Abstract principles are first made to fit the case. The decision is asked for under every order of the options (up to 24), and the share of the winner is
/// its confidence; with half or less the case is undecided. A second look asks which principle entails the decision and whether a higher one forbids it; if none does, or one forbids it, the case is undecided too.
/// </remarks>
/// <param name="client">Who reasons.</param>
public sealed class PolicyReasoner(IChatClient client)
{
    private const int MostOrders = 24;
    private static readonly ChatOptions Plain = new() { Temperature = 0 };

    /// <summary>Decides a case by a policy.</summary>
    /// <exception cref="ArgumentException">There are fewer than 2 options or more than 6, or no principle.</exception>
    public async Task<PolicyDecision> DecideAsync(Dilemma dilemma, EthicalPolicy policy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dilemma);
        ArgumentNullException.ThrowIfNull(policy);
        if (dilemma.Options.Count is < 2 or > 6)
            throw new ArgumentException($"A case has 2 to 6 options; this one has {dilemma.Options.Count}.", nameof(dilemma));
        if (policy.Principles.Count == 0)
            throw new ArgumentException("A policy has one principle at least.", nameof(policy));
        var principles = policy.Level == PolicyLevel.Abstract ? await SpecialiseAsync(dilemma, policy, cancellationToken).ConfigureAwait(false) : policy.Principles;
        var orders = Orders(dilemma.Options.Count);
        var votes = await Task.WhenAll(orders.Select(order => ChooseAsync(dilemma, principles, order, cancellationToken))).ConfigureAwait(false);
        var winner = votes.OfType<int>().CountBy(vote => vote).OrderByDescending(each => each.Value).ThenBy(each => each.Key).FirstOrDefault();
        var confidence = winner.Value / (double)orders.Count;
        if (winner.Value * 2 <= orders.Count)
            return new(null, confidence, null, principles, "The choice depends on the order of the options.");
        var (principle, forbidden) = await JustifyAsync(dilemma, principles, winner.Key, cancellationToken).ConfigureAwait(false);
        return principle is null ? new(null, confidence, null, principles, "No principle entails the choice.")
            : forbidden is { } by && by < principle ? new(null, confidence, principle, principles, "A higher principle forbids the choice.")
            : new(winner.Key, confidence, principle, principles, "");
    }

    /// <summary>All orders of so many things, or where there are more than 24 the rotations of both directions.</summary>
    internal static IReadOnlyList<IReadOnlyList<int>> Orders(int count)
    {
        if (Enumerable.Range(1, count).Aggregate(1, (product, factor) => product * factor) <= MostOrders)
            return [.. Permutations([], count)];
        return [.. Enumerable.Range(0, count).SelectMany(shift => (IReadOnlyList<int>[])[[.. Enumerable.Range(0, count).Select(at => (at + shift) % count)], [.. Enumerable.Range(0, count).Select(at => (count - 1 - at + shift) % count)]])];
    }

    private static IEnumerable<IReadOnlyList<int>> Permutations(int[] begun, int count) => begun.Length == count ? [begun]
        : Enumerable.Range(0, count).Where(next => !begun.Contains(next)).SelectMany(next => Permutations([.. begun, next], count));

    private async Task<IReadOnlyList<string>> SpecialiseAsync(Dilemma dilemma, EthicalPolicy policy, CancellationToken cancellationToken)
    {
        var reply = await AskAsync($$"""You say what given principles mean in a case, one sentence for each, in their order, without deciding the case. {{Quoted.Notice}} Reply with JSON of this form alone: {"principles":["In this case, …"]}""",
            $"{Listed("Principles", policy.Principles)}\n{Quoted.Text("case", dilemma.Text)}", cancellationToken).ConfigureAwait(false);
        using var document = ReplyJson.Read(reply);
        string[] special = document is not null && document.RootElement.TryGetProperty("principles", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString()!)] : [];
        return special.Length == policy.Principles.Count ? special : policy.Principles; // what does not match them one by one is not used
    }

    private async Task<int?> ChooseAsync(Dilemma dilemma, IReadOnlyList<string> principles, IReadOnlyList<int> order, CancellationToken cancellationToken)
    {
        var reply = await AskAsync($$"""You decide a case by given principles, of which earlier ones outrank later ones, and by nothing else. {{Listed("Principles", principles)}} {{Quoted.Notice}} Reply with JSON of this form alone: {"reasoning":"…","option":1 to {{order.Count}} or 0 if the principles do not decide it}""",
            $"{Quoted.Text("case", dilemma.Text)}\n{Listed("Options", [.. order.Select(option => dilemma.Options[option])])}", cancellationToken).ConfigureAwait(false);
        using var document = ReplyJson.Read(reply);
        return document is not null && ReplyJson.Number(document.RootElement, "option") is { } chosen && chosen == Math.Floor(chosen) && chosen >= 1 && chosen <= order.Count ? order[(int)chosen - 1] : null;
    }

    private async Task<(int? Principle, int? ForbiddenBy)> JustifyAsync(Dilemma dilemma, IReadOnlyList<string> principles, int option, CancellationToken cancellationToken)
    {
        var reply = await AskAsync($$"""You check a decision against given principles, of which earlier ones outrank later ones. {{Listed("Principles", principles)}} {{Quoted.Notice}} Reply with JSON of this form alone: {"entailed-by":number of the principle that entails the decision, or 0,"forbidden-by":number of the first principle that forbids it, or 0}""",
            $"{Quoted.Text("case", dilemma.Text)}\n{Quoted.Text("decision", dilemma.Options[option])}", cancellationToken).ConfigureAwait(false);
        using var document = ReplyJson.Read(reply);
        return document is null ? (null, null) : (Number("entailed-by"), Number("forbidden-by"));

        int? Number(string property) => ReplyJson.Number(document.RootElement, property) is { } number && number == Math.Floor(number) && number >= 1 && number <= principles.Count ? (int)number - 1 : null;
    }

    private async Task<string> AskAsync(string system, string user, CancellationToken cancellationToken) =>
        (await client.GetResponseAsync([new(ChatRole.System, system), new(ChatRole.User, user)], Plain.Clone(), cancellationToken).ConfigureAwait(false)).Text;

    private static string Listed(string what, IReadOnlyList<string> items) => $"{what}: {string.Join(' ', items.Select((item, index) => $"{index + 1}. {item}"))}";
}
