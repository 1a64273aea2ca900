using Plumbline.Worlds.Roles;

namespace Plumbline.Worlds.Tests.Roles;

public sealed class RoleWorldTests
{
    private static readonly RoleWorld World = RoleWorld.Draw(1);

    private static (RoleRequest Request, string Answer)[] Asked => [.. Enumerable.Range(0, 600).Select(index => (RoleWorld.Ask(new(1, "test", index)), RoleWorld.Answer(new(2, "test", index))))];

    [Fact] // 1 − 0.65 = 0.35, 1 − 0.65³ = 0.725, 1 − 0.65⁵ = 0.884, 1 − 0.65⁸ = 0.968
    public void Roles_find_as_many_harms_together_as_they_should_and_a_role_twice_no_more_than_once()
    {
        Assert.Equal([0.35, 0.725375, 0.8839709, 0.9681355], ((int[])[1, 3, 5, 8]).Select(RoleWorld.Share), (a, b) => Math.Abs(a - b) < 1e-6);
        foreach (var roles in (int[])[1, 3, 5, 8])
        {
            var found = Asked.SelectMany(each => World.Harms(each.Request, each.Answer)!.Select(harm => RoleWorld.Parties.Take(roles).Any(role => World.Finds(role, each.Request, harm)) ? 1.0 : 0)).ToArray();
            Assert.InRange(found.Length, 500, 1000); // about 600 · 4 · (10/12) · 0.75 / 2 = 750
            Assert.Equal(RoleWorld.Share(roles), found.Average(), 0.06);
        }
        var (request, answer) = Asked.First(each => World.Harms(each.Request, each.Answer)!.Count > 0);
        var hidden = World.Harms(request, answer)![0];
        Assert.Single(Enumerable.Range(0, 20).Select(_ => World.Finds("child", request, hidden)).Distinct());
    }

    [Fact]
    public void Changing_the_parts_that_harm_leaves_no_harm_and_the_other_parts_as_they_were() => Assert.All(Asked, each =>
    {
        var harms = World.Harms(each.Request, each.Answer)!;
        var mended = RoleWorld.Change(each.Answer, harms.Select(harm => harm.Part));
        Assert.Empty(World.Harms(each.Request, mended)!);
        Assert.Equal(harms.Count, RoleWorld.Read(mended)!.Zip(RoleWorld.Read(each.Answer)!).Count(pair => pair.First != pair.Second));
    });

    [Fact]
    public void Some_deeds_harm_nobody()
    {
        var harmless = Asked.Where(each => each.Request.Text.Contains("read a book", StringComparison.Ordinal) || each.Request.Text.Contains("count the stars", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(harmless);
        Assert.All(harmless, each => Assert.Empty(World.Harms(each.Request, each.Answer)!));
    }

    [Theory]
    [InlineData("at noon inside slowly alone", true)]
    [InlineData("at noon inside slowly", false)]
    [InlineData("at noon inside slowly alone alone", false)]
    [InlineData("inside at noon slowly alone", false)]
    [InlineData("", false)]
    public void An_answer_has_its_four_parts_in_order(string answer, bool read) => Assert.Equal(read, RoleWorld.Read(answer) is not null);

    [Fact]
    public void Those_who_are_held_out_ask_nothing_else()
    {
        string[] first = [.. Enumerable.Range(0, 200).Select(index => RoleWorld.Ask(new(3, "test", index)).Text)], held = [.. Enumerable.Range(0, 200).Select(index => RoleWorld.Ask(new(3, "test", index), held: true).Text)];
        Assert.Empty(first.Intersect(held));
        Assert.All(held, text => Assert.True(text.Contains("eve", StringComparison.Ordinal) || text.Contains("finn", StringComparison.Ordinal)));
    }
}
