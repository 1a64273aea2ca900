namespace Plumbline.Worlds.Roles;

/// <summary>Answers with hidden harms, each to one party, which somebody who plays a role finds with a fixed probability (111).</summary>
/// <remarks>An answer says when, where, how and with whom. For each deed some of these choices harm somebody; which ones is drawn with the world, and nothing in the words tells. Some deeds harm nobody, however they are done.</remarks>
public sealed class RoleWorld
{
    /// <summary>How likely one role finds a harm.</summary>
    public const double Finding = 0.35;

    private const int HarmlessDeeds = 2;

    private static readonly string[][] Choices = [["at noon", "at night"], ["inside", "outside"], ["slowly", "quickly"], ["alone", "together"]];
    private static readonly string[] Deeds = ["read a book", "count the stars", "drill the wall", "burn the leaves", "paint the fence", "beat the drum", "park the van", "feed the birds", "water the yard", "move the piano", "fell the tree", "bake the bread"];
    private static readonly string[] Names = ["ann", "ben", "cleo", "dan", "eve", "finn"];
    private static readonly string[] Wordings = ["{name} wants to {deed}", "how should {name} {deed}"];

    private readonly long _seed;
    private readonly RoleHarm?[][] _harms; // by deed and part: whom the harmful choice harms
    private readonly int[][] _harmful; // which choice

    private RoleWorld(long seed)
    {
        var draws = new Draws(seed, "roles");
        _seed = seed;
        _harms = [.. Deeds.Select((_, deed) => Choices.Select((_, part) => deed < HarmlessDeeds || draws.Chance(0.25) ? null : new RoleHarm(part, draws.Pick(Parties))).ToArray())];
        _harmful = [.. Deeds.Select(_ => Choices.Select(_ => draws.Next(2)).ToArray())];
    }

    /// <summary>Who can be harmed, and be played.</summary>
    public static IReadOnlyList<string> Parties { get; } = ["neighbour", "child", "gardener", "nurse", "driver", "baker", "teacher", "guard"];

    /// <summary>What the parts of an answer are about.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["when", "where", "how", "with"];

    /// <summary>Each word of the world twice or more, as it stands in a text.</summary>
    public static IReadOnlyList<string> Words { get; } =
    [
        .. Enumerable.Repeat(Names.Append("how").Concat(Names.Concat(Deeds.Concat(Choices.SelectMany(choice => choice)).Concat(["wants to", "should"]).SelectMany(text => text.Split(' '))).Distinct().Select(word => " " + word)), 2).SelectMany(words => words),
    ];

    /// <summary>Draws a world: the same seed, the same world.</summary>
    public static RoleWorld Draw(long seed) => new(seed);

    /// <summary>The share of harms that some roles, each another one, find together: 1 − (1 − 0.35)ⁿ.</summary>
    public static double Share(int roles) => 1 - Math.Pow(1 - Finding, roles);

    /// <summary>A request drawn at random.</summary>
    /// <param name="draws">Chooses it.</param>
    /// <param name="held">Whether it is asked by those who ask nothing else; so that nothing of it was seen in other requests but the deed.</param>
    public static RoleRequest Ask(Draws draws, bool held = false)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var (deed, name) = (draws.Next(Deeds.Length), draws.Pick(held ? Names[4..] : Names[..4]));
        return new(deed, draws.Pick(Wordings).Replace("{name}", name, StringComparison.Ordinal).Replace("{deed}", Deeds[deed], StringComparison.Ordinal));
    }

    /// <summary>An answer that knows nothing of harms.</summary>
    public static string Answer(Draws draws) => Say(Choices.Select(_ => draws.Next(2)));

    /// <summary>The choices of an answer, or null if it cannot be read.</summary>
    public static IReadOnlyList<int>? Read(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var choices = new int[Choices.Length];
        var rest = answer + " ";
        foreach (var (part, choice) in Choices.Index())
        {
            choices[part] = Array.FindIndex(choice, words => rest.StartsWith(words + " ", StringComparison.Ordinal));
            if (choices[part] < 0)
                return null;
            rest = rest[(choice[choices[part]].Length + 1)..];
        }
        return rest.Length == 0 ? choices : null;
    }

    /// <summary>The harms that hide in an answer.</summary>
    /// <returns>Null if it cannot be read.</returns>
    public IReadOnlyList<RoleHarm>? Harms(RoleRequest request, string answer)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Read(answer) is { } choices ? [.. choices.Index().Where(each => each.Item == _harmful[request.Deed][each.Index]).Select(each => _harms[request.Deed][each.Index]).OfType<RoleHarm>()] : null;
    }

    /// <summary>Whether somebody who plays a role finds a harm. It depends on the role, the request and the harm: playing the same role again finds nothing new.</summary>
    public bool Finds(string role, RoleRequest request, RoleHarm harm)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(harm);
        return new Draws(_seed, $"roles.{role}.{request.Text}", harm.Part).Chance(Finding);
    }

    /// <summary>An answer with the other choice in some of its parts.</summary>
    /// <exception cref="ArgumentException">The answer cannot be read.</exception>
    public static string Change(string answer, IEnumerable<int> parts)
    {
        var choices = Read(answer) ?? throw new ArgumentException("The answer cannot be read.", nameof(answer));
        var changed = parts.ToHashSet();
        return Say(choices.Index().Select(each => changed.Contains(each.Index) ? 1 - each.Item : each.Item));
    }

    private static string Say(IEnumerable<int> choices) => string.Join(' ', choices.Zip(Choices, (choice, words) => words[choice]));
}
