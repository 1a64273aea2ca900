using FsCheck.Xunit;
using Plumbline.Statistics;

namespace Plumbline.Tests.Statistics;

public sealed class PairedTestTests
{
    [Theory] // 2/2⁵; 2·(1 + 15 + 105 + 455)/2¹⁵; 2·(1 + 10 + 45)/2¹⁰; SciPy binomtest for the large ones
    [InlineData(5, 0, 0.0625)]
    [InlineData(12, 3, 0.03515625)]
    [InlineData(2, 8, 0.109375)]
    [InlineData(121, 59, 4.4344492637551645e-06)]
    [InlineData(300, 400, 0.00017847631448562662)]
    public void McNemar_counts_coin_tosses(int gained, int lost, double p) => Assert.Equal(p, McNemar.PValue(gained, lost), 1e-10 * Math.Max(1, p));

    [Property]
    public bool McNemar_does_not_care_which_way_round(byte gained, byte lost) =>
        McNemar.PValue(gained, lost) == McNemar.PValue(lost, gained) && McNemar.PValue(gained, lost) is > 0 and <= 1;

    [Fact] // the Hamilton depression scores of Hollander and Wolfe: rank sum 5 of 9, p = 20/512
    public void Wilcoxon_counts_signs_when_there_are_few_pairs()
    {
        double[] before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
        double[] after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
        Assert.Equal(20.0 / 512, WilcoxonSignedRank.PValue(before.Zip(after, (b, a) => a - b)), 12);
    }

    [Fact] // SciPy wilcoxon(…, mode='exact') at the largest n that is counted
    public void Wilcoxon_counts_up_to_fifty_pairs() =>
        Assert.Equal(0.03996834652842374, WilcoxonSignedRank.PValue(Enumerable.Range(1, 50).Select(i => i % 3 == 1 ? -(double)i : i)), 10);

    [Fact] // SciPy wilcoxon(…, mode='approx', correction=False, zero_method='wilcox')
    public void Wilcoxon_leaves_zeros_out_and_corrects_for_ties() =>
        Assert.Equal(0.09069333544841966, WilcoxonSignedRank.PValue([1, 2, -1, 3, 3, 2, -4, 5, 0, 0, 1, 2]), 12);

    [Fact] // SciPy, 60 distinct sizes: beyond what is counted
    public void Wilcoxon_takes_the_normal_distribution_for_many_pairs() =>
        Assert.Equal(0.02620204006469242, WilcoxonSignedRank.PValue(Enumerable.Range(0, 60).Select(i => Math.Round((i * 37 % 101) / 10.0 - 4.03, 2))), 10);

    [Property]
    public bool Wilcoxon_does_not_care_which_way_round(int[] differences)
    {
        double[] scores = [.. differences.Select(d => (double)d)];
        return WilcoxonSignedRank.PValue(scores) == WilcoxonSignedRank.PValue(scores.Select(d => -d)) && WilcoxonSignedRank.PValue(scores) is > 0 and <= 1;
    }

    [Fact] // 2·asin √0.9 − 2·asin √0.5 = 2·1.249046 − 2·0.785398
    public void Cohens_h_from_half_to_nine_tenths_is_0_927() => Assert.Equal(0.9272952180016119, EffectSize.CohenH(0.5, 0.9), 12);

    [Fact] // mean 2, sd √(10/4)
    public void The_standardised_difference_divides_by_the_deviation_of_the_pairs() =>
        Assert.Equal(2 / Math.Sqrt(2.5), EffectSize.StandardisedDifference([1, 2, 3, 4, 0]), 12);

    [Fact] // 10 pairs: 3 right before, 8 after; 6 gained, 1 lost: p = 2·(1 + 7)/2⁷ = 0.125
    public void Booleans_are_tested_with_McNemar()
    {
        double[] before = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        double[] after = [1, 1, 0, 1, 1, 1, 1, 1, 1, 0];
        var test = PairedTest.Of(before, after, 1);
        Assert.Equal((0.3, 0.8, 10, 6, 1), (test.Before, test.After, test.N, test.Gained, test.Lost));
        Assert.Equal(0.5, test.Difference, 12);
        Assert.Equal(0.125, test.PValue, 12);
        Assert.InRange(test.Low, -0.1, 0.2);
        Assert.InRange(test.High, 0.7, 0.95);
        Assert.Null(test.AdjustedPValue);
    }

    [Fact]
    public void Scores_are_tested_with_Wilcoxon()
    {
        var test = PairedTest.Of([0.1, 0.2, 0.3, 0.4, 0.5], [0.2, 0.4, 0.6, 0.8, 1.0], 1);
        Assert.Equal(2.0 / 32, test.PValue, 12); // all five rise
        Assert.StartsWith("Wilcoxon", test.Method, StringComparison.Ordinal);
    }

    [Fact] // card ST4: 0.01·4, 0.02·3 = 0.06, 0.03·2 = 0.06, 0.04·1 raised to 0.06
    public void Holm_multiplies_by_what_is_left_and_never_falls()
    {
        var adjusted = Holm.Adjust([0.04, 0.01, 0.03, 0.02]);
        double[] expected = [0.06, 0.04, 0.06, 0.06];
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], adjusted[i], 12);
    }

    [Property]
    public bool Holm_never_lowers_a_p_value_and_keeps_the_order(byte[] parts)
    {
        double[] p = [.. parts.Select(part => part / 255.0)];
        var adjusted = Holm.Adjust(p);
        return Enumerable.Range(0, p.Length).All(i => adjusted[i] >= p[i] && adjusted[i] <= 1 && Enumerable.Range(0, p.Length).All(j => p[i] > p[j] || adjusted[i] <= adjusted[j]));
    }

    [Fact] // a test without pairs is no member of the family: 0.0625·1, not ·2
    public void Tests_without_pairs_do_not_count_towards_the_family()
    {
        var family = PairedTest.Family([PairedTest.Of([], [], 1), PairedTest.Of([0, 0, 0, 0, 0], [1, 1, 1, 1, 1], 1)]);
        Assert.Null(family[0].AdjustedPValue);
        Assert.Equal(0.0625, family[1].AdjustedPValue!.Value, 12);
    }

    [Fact] // ST10: with nothing to find, at most about 5 % are found (McNemar is conservative)
    public void The_same_subject_twice_rarely_differs()
    {
        var alarms = Enumerable.Range(0, 400).Count(world =>
        {
            var random = new Draws(5, "same", world);
            double[] Answers() => [.. Enumerable.Range(0, 80).Select(_ => random.Chance(0.7) ? 1.0 : 0)];
            return PairedTest.Of(Answers(), Answers(), world).PValue < 0.05;
        });
        Assert.InRange(alarms, 1, 26);
    }
}
