using Plumbline.Auditing.Taxonomy;

namespace Plumbline.Tests.Auditing.Taxonomy;

public sealed class CoverageTests
{
    [Fact] // card 016
    public void A_suite_tagged_only_robustness_leaves_the_other_rows_empty_and_listed()
    {
        var coverage = new Coverage([new("Held out", Rice.Robustness, AssuranceType.BehaviouralTest, ["T7"], [])]);
        Assert.Equal([Rice.Interpretability, Rice.Controllability, Rice.Ethicality], coverage.EmptyAims);
        Assert.Equal(4 * 6 - 1, coverage.Gaps.Count);
        Assert.Equal(6, coverage.Gaps.Count(cell => cell.Aim == Rice.Ethicality));
    }

    [Fact]
    public void An_instrument_counts_in_the_row_of_every_aim_that_it_bears_on()
    {
        var coverage = new Coverage([new("Pressed", Rice.Robustness | Rice.Controllability, AssuranceType.RedTeam, ["T7"], []), new("Pressed harder", Rice.Robustness, AssuranceType.RedTeam, ["T7"], [])]);
        Assert.Equal([2, 0, 1, 0], coverage.Matrix.Where(cell => cell.Assurance == AssuranceType.RedTeam).Select(cell => cell.Instruments));
    }

    [Fact] // section 2 and 2.1
    public void There_are_twelve_dimensions_and_twenty_nine_sub_categories_each_in_a_dimension()
    {
        Assert.Equal(Enumerable.Range(1, 12).Select(i => $"T{i}"), Dimension.All.Select(dimension => dimension.Code));
        Assert.Equal(29, SubCategory.All.Select(category => category.Code).Distinct().Count());
        Assert.Subset(Dimension.All.Select(dimension => dimension.Code).ToHashSet(), SubCategory.All.Select(category => category.Dimension).ToHashSet());
        Assert.Equal([5, 6, 4, 4, 3, 3, 4], SubCategory.All.GroupBy(category => category.Code[0]).Select(group => group.Count()));
        Assert.Equal(9, Checklist.Questions.Count);
    }

    [Fact]
    public void Every_sub_category_is_measured_or_missing_or_said_not_to_apply()
    {
        var coverage = new Coverage(Instrument.Conduct, new Dictionary<string, string> { ["D4"] = "No licensed text is at the counter." });
        Assert.Equal(29, coverage.SubCategories.Count);
        Assert.Equal(["B6", "G1"], coverage.SubCategories.Where(category => category.Status == CoverageStatus.Measured).Select(category => category.Category.Code));
        Assert.Equal(CoverageStatus.NotApplicable, coverage.SubCategories.Single(category => category.Category.Code == "D4").Status);
        Assert.Equal(26, coverage.SubCategories.Count(category => category.Status == CoverageStatus.PluginMissing));
        Assert.Empty(coverage.EmptyAims);
    }

    [Fact]
    public void A_code_that_does_not_exist_or_contradicts_itself_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Coverage([new("x", Rice.None, AssuranceType.RedTeam, ["T13"], [])]));
        Assert.Throws<ArgumentException>(() => new Coverage([new("x", Rice.None, AssuranceType.RedTeam, [], ["H1"])]));
        Assert.Throws<ArgumentException>(() => new Coverage(Instrument.Conduct, new Dictionary<string, string> { ["G1"] = "Nobody attacks." }));
    }
}
