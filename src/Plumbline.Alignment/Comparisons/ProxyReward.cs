using Plumbline.Worlds.Counter;

namespace Plumbline.Alignment;

/// <summary>A checker that is not quite right, as a reward model is not: noise for every answer, and a weakness for words. The same answer is always worth the same to it.</summary>
/// <param name="Seed">Of the noise.</param>
/// <param name="Noise">Standard deviation.</param>
/// <param name="PayForWords">For each.</param>
internal sealed record ProxyReward(long Seed, double Noise, double PayForWords)
{
    /// <summary>What the checker says, and what this says.</summary>
    public (bool Complies, double True, double Proxy) Of(CounterJudge judge, Item item, string answer)
    {
        var verdict = judge.Judge(answer, (CounterReference)item.Reference!);
        var reward = CounterReward.Of(verdict);
        return (verdict.Scores.GetValueOrDefault("compliance") == 1, reward, reward + PayForWords * Words(answer) + Noise * new Draws(Seed, $"proxy {item.Id} {answer}").NextNormal());
    }

    public static int Words(string answer) => answer.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length;
}
