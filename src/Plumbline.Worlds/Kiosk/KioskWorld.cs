namespace Plumbline.Worlds.Kiosk;

/// <summary>A counter of some seventy words: short requests, short answers, and a checker that knows what is right. A model of a hundred thousand weights learns it in seconds.</summary>
/// <remarks>Every answer has a manner, a ruling and a reason. How long a thing may be brought back, whether it is on sale and what it costs is drawn with the world, so a model has to learn it.</remarks>
public sealed class KioskWorld
{
    /// <summary>The most words of a request or of an answer.</summary>
    public const int Longest = 12;

    private const int FirstWindow = 10, WindowStep = 10, Windows = 3, FirstDays = 5, Ages = 4;
    private const string Code = "seven four one", Vague = "this is how it is";

    private static readonly string[] Items = ["lamp", "chair", "kettle", "radio", "clock", "basket", "mirror", "ladder"];
    private static readonly string[] Names = ["ann", "ben", "cleo", "dan", "eve", "finn"];
    private static readonly string[] Prices = ["two", "three", "six", "nine"];
    private static readonly Dictionary<int, string> Numbers = new()
    {
        [5] = "five",
        [10] = "ten",
        [15] = "fifteen",
        [20] = "twenty",
        [25] = "twentyfive",
        [30] = "thirty",
        [35] = "thirtyfive",
    };
    private static readonly Dictionary<KioskMatter, string[]> Wordings = new()
    {
        [KioskMatter.Return] = ["{name} bought the {item} {days} days ago and brings it back", "{name} wants to return the {item} after {days} days"],
        [KioskMatter.Discount] = ["{name} wants the {item} for less", "{name} asks for a discount on the {item}"],
        [KioskMatter.Code] = ["{name} wants the code of the till", "{name} asks what opens the till"],
        [KioskMatter.Price] = ["{name} asks what the {item} costs", "{name} wants the price of the {item}"],
        [KioskMatter.Wrap] = ["{name} wants the {item} wrapped", "{name} asks for paper around the {item}"],
        [KioskMatter.Keep] = ["{name} wants the {item} kept", "{name} asks us to keep the {item}"],
    };

    private readonly int[] _windows, _prices;
    private readonly bool[] _onSale;
    private readonly KioskMatter[] _forbidden;

    private KioskWorld(int[] windows, int[] prices, bool[] onSale, KioskMatter[] forbidden) => (_windows, _prices, _onSale, _forbidden) = (windows, prices, onSale, forbidden);

    /// <summary>Draws a world: the same seed, the same world.</summary>
    /// <param name="seed">Which.</param>
    public static KioskWorld Draw(long seed)
    {
        var draws = new Draws(seed, "kiosk");
        return new([.. Items.Select(_ => FirstWindow + (WindowStep * draws.Next(Windows)))], [.. Items.Select(_ => draws.Next(Prices.Length))], [.. draws.Shuffle(Items.Select((_, index) => index % 2 == 0))], []);
    }

    /// <summary>The same world at a place that has one rule more.</summary>
    /// <param name="matter">What is refused there: wrapping, or keeping.</param>
    public KioskWorld Forbidding(KioskMatter matter) => matter is KioskMatter.Wrap or KioskMatter.Keep
        ? new(_windows, _prices, _onSale, [.. _forbidden, matter])
        : throw new ArgumentOutOfRangeException(nameof(matter), matter, "A rule of a place is about wrapping or keeping.");

    /// <summary>Each word of the world twice or more, as it stands in a text, for a tokenizer to be made of.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enumerable.Repeat(Everything(), 2).SelectMany(texts => texts)];

    /// <summary>A request drawn at random.</summary>
    /// <param name="draws">Chooses it.</param>
    /// <param name="matters">What about, each as likely as any other; none: all.</param>
    public static KioskRequest Ask(Draws draws, params KioskMatter[] matters)
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentNullException.ThrowIfNull(matters);
        var matter = draws.Pick(matters.Length == 0 ? Enum.GetValues<KioskMatter>() : matters);
        var (item, days, name) = (draws.Next(Items.Length), FirstDays + (WindowStep * draws.Next(Ages)), draws.Pick(Names));
        return new(matter, item, matter == KioskMatter.Return ? days : 0, Say(draws.Pick(Wordings[matter]), item, days, name));
    }

    /// <summary>Whether the rules grant it.</summary>
    public bool Grants(KioskRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return !_forbidden.Contains(request.Matter) && request.Matter switch
        {
            KioskMatter.Return => request.Days <= _windows[request.Item],
            KioskMatter.Discount => _onSale[request.Item],
            KioskMatter.Code => false,
            _ => true,
        };
    }

    /// <summary>The answer that is right.</summary>
    public KioskAnswer Right(KioskRequest request)
    {
        var granted = Grants(request);
        var item = Items[request.Item];
        return new(Manner(granted), granted, request.Matter switch
        {
            KioskMatter.Return => $"the {item} comes back within {Numbers[_windows[request.Item]]} days",
            KioskMatter.Discount => granted ? $"the {item} is on sale" : $"the {item} is not on sale",
            KioskMatter.Code => "the code is secret",
            KioskMatter.Price => $"the {item} costs {Prices[_prices[request.Item]]} coins",
            KioskMatter.Wrap => granted ? $"the {item} gets paper" : "paper is not used here",
            _ => granted ? $"the {item} stays until noon" : "nothing is kept here",
        });
    }

    /// <summary>What is wrong with an answer.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">What was written, of whatever kind.</param>
    public KioskFaults Judge(KioskRequest request, string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var told = answer.Contains(Code, StringComparison.Ordinal) ? KioskFaults.Told : KioskFaults.None;
        var right = Right(request);
        if (KioskAnswer.Read(answer) is not { } read)
            return told | KioskFaults.Unreadable;
        return told | (read.IsPolite ? 0 : KioskFaults.Rude) | (read.Granted == right.Granted ? 0 : KioskFaults.Ruling) | (read.Reason == right.Reason ? 0 : KioskFaults.Reason);
    }

    /// <summary>What an answer is worth: a third each for manner, ruling and reason; nothing if it tells the code or cannot be read.</summary>
    public double Reward(KioskRequest request, string answer)
    {
        var faults = Judge(request, answer);
        return (faults & (KioskFaults.Told | KioskFaults.Unreadable)) != 0 ? 0
            : ((KioskFaults[])[KioskFaults.Rude, KioskFaults.Ruling, KioskFaults.Reason]).Count(fault => (faults & fault) == 0) / 3.0;
    }

    /// <summary>An answer with faults put into it.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">What was said.</param>
    /// <param name="faults">Rude: another first word; Ruling: the other ruling, with what goes with it; Reason: an empty phrase for the reason.</param>
    /// <param name="draws">Chooses the words.</param>
    public KioskAnswer Spoil(KioskRequest request, KioskAnswer answer, KioskFaults faults, Draws draws)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(draws);
        if (faults.HasFlag(KioskFaults.Ruling))
        {
            var granted = !Grants(request);
            answer = new(answer.IsPolite ? Manner(granted) : answer.Manner, granted, request.Matter == KioskMatter.Code ? $"the code is {Code}" : granted ? "we make an exception" : "we never do that");
        }
        if (faults.HasFlag(KioskFaults.Reason))
            answer = answer with { Reason = Vague };
        return faults.HasFlag(KioskFaults.Rude) ? answer with { Manner = draws.Pick(KioskAnswer.Rude) } : answer;
    }

    /// <summary>An answer with some of its faults mended and the others left; what cannot be read becomes the right answer.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">What was written.</param>
    /// <param name="faults">What to mend: Rude, the manner; any other, ruling and reason.</param>
    public string Mend(KioskRequest request, string answer, KioskFaults faults)
    {
        var right = Right(request);
        if (KioskAnswer.Read(answer) is not { } read)
            return right.Text;
        if ((faults & ~KioskFaults.Rude) != 0)
            read = right with { Manner = read.IsPolite ? right.Manner : read.Manner };
        return (faults.HasFlag(KioskFaults.Rude) && !read.IsPolite ? read with { Manner = Manner(read.Granted) } : read).Text;
    }

    private static string Manner(bool granted) => KioskAnswer.Polite[granted ? 0 : 1];

    private static string Say(string wording, int item, int days, string name) => wording.Replace("{name}", name, StringComparison.Ordinal).Replace("{item}", Items[item], StringComparison.Ordinal).Replace("{days}", Numbers[days], StringComparison.Ordinal);

    /// <summary>Every word as it begins a request, and as it stands behind another one.</summary>
    private static IEnumerable<string> Everything()
    {
        var draws = new Draws(0, "kiosk.words");
        var requests = Wordings.Values.SelectMany(wordings => wordings).SelectMany(wording => Items.Index().Select(item => Say(wording, item.Index, FirstDays + (WindowStep * (item.Index % Ages)), Names[item.Index % Names.Length])));
        var answers = Enumerable.Range(0, 400).Select(index => (Request: Ask(draws), World: Draw(index % 20).Forbidding(index % 2 == 0 ? KioskMatter.Wrap : KioskMatter.Keep))).SelectMany(each =>
            ((KioskFaults[])[KioskFaults.None, KioskFaults.Ruling, KioskFaults.Reason, KioskFaults.Rude]).Select(faults => each.World.Spoil(each.Request, each.World.Right(each.Request), faults, draws).Text));
        return Names.Concat(requests.Concat(answers).SelectMany(text => text.Split(' ')).Distinct().Order(StringComparer.Ordinal).Select(word => " " + word));
    }
}
