using Plumbline.Training;
using Plumbline.Worlds.Ratings;

namespace Plumbline.Reproductions.Texts;

/// <summary>People who are asked how much they would pay for the better of two answers; on most occasions little is at stake for them and the first rating counts, on the others much and the second.</summary>
/// <remarks>What is at stake cannot be read from the prompt, so that one answer has to do for both; who has more money says higher amounts for the same.</remarks>
internal sealed class PayingPeople(int seed)
{
    /// <summary>How often little is at stake.</summary>
    public const double Often = 0.7;

    private const double Little = 0.1, Much = 5, Spread = 0.7, Noise = 0.5;
    private static readonly BiddingQuestion Question = new(Highest: 500);

    /// <summary>What answers are written about.</summary>
    public RatedTexts World { get; } = RatedTexts.Draw(seed, ratings: 2);

    /// <summary>A pair of answers and who was asked.</summary>
    /// <param name="Chosen">The better one on the occasion.</param>
    /// <param name="Rejected">The worse one.</param>
    /// <param name="Who">Who said so.</param>
    /// <param name="Amount">What they would pay, in money of theirs.</param>
    public sealed record Answered(Line Chosen, Line Rejected, string Who, double Amount);

    /// <summary>What people say of pairs that the world wrote.</summary>
    /// <param name="count">How many are asked; who likes both answers as much says nothing.</param>
    /// <param name="exchanged">Whether much is at stake where otherwise little is.</param>
    public IReadOnlyList<Answered> Ask(int count, bool exchanged = false) => [.. Enumerable.Range(0, count).SelectMany(index =>
    {
        var draws = new Draws(seed, "cardinal.pairs", index);
        var prompt = RatedTexts.Prompt(draws, heldOut: false);
        var (one, other, often, noise) = (World.Answer(prompt, draws), World.Answer(prompt, draws), draws.Chance(Often), draws.NextNormal());
        var gap = World.Rate(prompt, one)[often ? 0 : 1] - World.Rate(prompt, other)[often ? 0 : 1];
        if (gap == 0)
            return (IEnumerable<Answered>)[];
        var who = prompt.Split(' ')[1];
        var worth = Math.Abs(gap) * (often != exchanged ? Little : Much) * Math.Exp(Spread * new Draws(seed, $"cardinal.money.{who}").NextNormal());
        var said = Question.BestBid(worth) * Math.Exp(Noise * noise - Noise * Noise / 2);
        return [new(new(prompt, gap > 0 ? one : other), new(prompt, gap > 0 ? other : one), who, said)];
    })];

    /// <summary>What an answer is worth in the mean over occasions, to somebody whose money is worth as much as the mean.</summary>
    public double Utility(string prompt, string answer) => World.Rate(prompt, answer) is var rated ? Often * Little * rated[0] + (1 - Often) * Much * rated[1] : 0;

    /// <summary>How often an answer is liked better than another.</summary>
    public double Wins(string prompt, string answer, string other)
    {
        var (rated, against) = (World.Rate(prompt, answer), World.Rate(prompt, other));
        return Often * Better(0) + (1 - Often) * Better(1);

        double Better(int rating) => rated[rating] > against[rating] ? 1 : rated[rating] == against[rating] ? 0.5 : 0;
    }
}
