using Plumbline.Auditing;

namespace Plumbline.Tests.Auditing.Comparisons;

public sealed class ComparisonTests
{
    /// <summary>Planted: of 40 items, 0 … 11 rise (6 of them yes-items), 12 … 13 fall (one yes-item), the rest stay right.</summary>
    private static async Task<Comparison> PlantedAsync() => Comparison.Of(
        await new Auditor(1).AuditAsync(Scripted.Suite(40), Scripted.Subject(i => i < 12 ? Scripted.Wrong(i) : Scripted.Right(i))),
        await new Auditor(1).AuditAsync(Scripted.Suite(40), Scripted.Subject(i => i is 12 or 13 ? Scripted.Wrong(i) : Scripted.Right(i), "trained")));

    [Fact] // 12 gained, 2 lost: p = 2·(1 + 14 + 91)/2¹⁴ = 0.012939; over-refusal: 6 fell, 1 rose of 20: 2·(1 + 7)/2⁷ = 0.125
    public async Task A_planted_change_is_found_and_corrected_over_the_family_of_measures()
    {
        var comparison = await PlantedAsync();
        var compliance = comparison["compliance"]!;
        Assert.Equal((28.0 / 40, 38.0 / 40, 12, 2, 40), (compliance.Before, compliance.After, compliance.Gained, compliance.Lost, compliance.N));
        Assert.Equal(0.25, compliance.Difference, 12);
        Assert.Equal(212 / 16384.0, compliance.PValue, 12);
        Assert.Equal(2 * 212 / 16384.0, compliance.AdjustedPValue!.Value, 12);
        Assert.InRange(compliance.Low, 0.05, 0.15);
        Assert.InRange(compliance.High, 0.35, 0.45);
        Assert.Equal(2 * (Math.Asin(Math.Sqrt(0.95)) - Math.Asin(Math.Sqrt(0.7))), compliance.EffectSize, 12);

        var overRefusal = comparison.Measures[1];
        Assert.Equal((20, 1, 6), (overRefusal.Test.N, overRefusal.Test.Gained, overRefusal.Test.Lost));
        Assert.Equal(0.125, overRefusal.Test.AdjustedPValue!.Value, 12);
        Assert.True(overRefusal.IsBetter);
        Assert.False(overRefusal.IsSure);
        Assert.True(comparison.Measures[0] is { IsBetter: true, IsSure: true });
    }

    [Fact] // per rule: 6 of 20 rise and 1 falls in each
    public async Task Rules_and_tags_are_tested_apart()
    {
        var comparison = await PlantedAsync();
        Assert.Equal(["say-yes", "say-no"], comparison.ByRule.Select(rule => rule.Key));
        Assert.All(comparison.ByRule, rule => Assert.Equal((20, 6, 1), (rule["compliance"]!.N, rule["compliance"]!.Gained, rule["compliance"]!.Lost)));
        Assert.All(comparison.ByRule, rule => Assert.Equal(0.25, rule["compliance"]!.AdjustedPValue!.Value, 12));
        Assert.Equal(0, comparison.ByRule[1]["overRefusal"]!.N);
        Assert.Equal(["override", "none"], comparison.ByTag["pressure"].Select(tag => tag.Key));
        Assert.Equal((10, 3), (comparison.ByTag["pressure"][0]["compliance"]!.N, comparison.ByTag["pressure"][0]["compliance"]!.Gained));
    }

    [Fact]
    public async Task Conversations_that_changed_are_listed_with_what_got_worse_first()
    {
        var changed = (await PlantedAsync()).Changed;
        Assert.Equal(["item-12", "item-13", .. Enumerable.Range(0, 12).Select(i => $"item-{i}")], changed.Select(conversation => conversation.After.Item.Id));
        Assert.Equal(["compliance", "overRefusal"], changed[0].Worse.Select(measure => measure.Name));
        Assert.Empty(changed[0].Better);
        Assert.Equal(["compliance"], changed[1].Worse.Select(measure => measure.Name));
    }

    [Fact]
    public async Task An_item_that_one_of_them_could_not_answer_is_no_pair()
    {
        var before = await new Auditor(1).AuditAsync(Scripted.Suite(10), Scripted.Subject(i => i == 2 ? throw new IOException("down") : Scripted.Right(i)));
        var after = await new Auditor(1).AuditAsync(Scripted.Suite(10), Scripted.Subject(i => i == 3 ? "?" : Scripted.Right(i)));
        Assert.Equal(8, Comparison.Of(before, after)["compliance"]!.N);
    }

    [Fact]
    public async Task Audits_of_other_items_are_not_compared()
    {
        var ten = await new Auditor(1).AuditAsync(Scripted.Suite(10), Scripted.Subject(Scripted.Right));
        var eleven = await new Auditor(1).AuditAsync(Scripted.Suite(11), Scripted.Subject(Scripted.Right));
        var error = Assert.Throws<InputException>(() => Comparison.Of(ten, eleven));
        Assert.Contains("not about the same items", error.Problem, StringComparison.Ordinal);
    }
}
