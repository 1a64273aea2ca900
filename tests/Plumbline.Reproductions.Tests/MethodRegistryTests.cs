using System.Globalization;

namespace Plumbline.Reproductions.Tests;

public sealed class MethodRegistryTests
{
    [Fact]
    public void There_are_119_methods_numbered_from_001_to_119_each_with_its_own_name_and_paper()
    {
        Assert.Equal(Enumerable.Range(1, 119).Select(number => number.ToString("000", CultureInfo.InvariantCulture)), MethodRegistry.All.Select(method => method.Number));
        Assert.Distinct(MethodRegistry.All.Select(method => method.Name));
        Assert.Distinct(MethodRegistry.All.Select(method => method.Paper));
        Assert.All(MethodRegistry.All, method => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", method.Name));
        Assert.All(MethodRegistry.All, method => Assert.True(method.Room.Length > 0 && method.Works.Length > 0));
    }

    [Theory]
    [InlineData("rice")]
    [InlineData("RICE")]
    [InlineData("016")]
    [InlineData("16")]
    public void A_method_is_found_by_name_or_number(string nameOrNumber) => Assert.Equal("016", MethodRegistry.Find(nameOrNumber).Number);

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest_known_one()
    {
        var error = Assert.Throws<InputException>(() => MethodRegistry.Find("unifed-view"));
        Assert.Contains("'unified-view'", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_experiment_is_filed_under_the_number_and_name_of_its_method() =>
        Assert.All(MethodRegistry.All.Where(method => method.Reproduction is not null), method => Assert.Equal((method.Number, method.Name), (method.Reproduction!.Number, method.Reproduction.Name)));

    [Fact]
    public void Without_an_experiment_a_method_is_planned_and_has_no_command()
    {
        var visalign = MethodRegistry.Find("visalign");
        Assert.Equal((MethodStatus.Planned, null), (visalign.Status, visalign.Command));
        Assert.Equal((MethodStatus.Working, "plumbline reproduce rice"), (MethodRegistry.Find("rice").Status, MethodRegistry.Find("rice").Command));
    }

    [Fact]
    public void An_experiment_that_says_what_is_missing_counts_as_partial() =>
        Assert.Equal(MethodStatus.Partial, (MethodRegistry.All[0] with { Reproduction = new Unfinished() }).Status);

    private sealed class Unfinished : IReproduction
    {
        public string Number => "001";

        public string Name => "bag-of-tricks";

        public string Claim => "";

        public string? Missing => "all of it";

        public FourFields Fields => new("a", "b", "c", " ");

        public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
