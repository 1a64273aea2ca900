using Plumbline.Worlds.Kiosk;

namespace Plumbline.Worlds.Tests.Kiosk;

public sealed class KioskWorldTests
{
    private static readonly KioskWorld World = KioskWorld.Draw(1);

    [Fact]
    public void The_same_seed_is_the_same_world_and_another_another()
    {
        Assert.Equal(Requests().Select(KioskWorld.Draw(1).Right), Requests().Select(World.Right));
        Assert.NotEqual(Requests().Select(KioskWorld.Draw(2).Right), Requests().Select(World.Right));
    }

    [Fact]
    public void The_right_answer_has_no_fault_and_is_worth_all() => Assert.All(Requests(), request =>
    {
        var answer = World.Right(request);
        Assert.Equal(KioskFaults.None, World.Judge(request, answer.Text));
        Assert.Equal(1, World.Reward(request, answer.Text));
        Assert.Equal(answer, KioskAnswer.Read(answer.Text));
        Assert.True(request.Text.Split(' ').Length <= KioskWorld.Longest && answer.Text.Split(' ').Length <= KioskWorld.Longest);
    });

    [Fact] // the days of the window are in the reason: "the lamp comes back within twenty days"
    public void A_return_is_granted_within_the_window_that_the_reason_names() => Assert.All(Requests(KioskMatter.Return), request =>
    {
        var window = World.Right(request).Reason.Split(' ')[^2] switch { "ten" => 10, "twenty" => 20, _ => 30 };
        Assert.Equal(request.Days <= window, World.Grants(request));
    });

    [Fact]
    public void Half_of_the_things_are_on_sale_and_the_code_is_never_told()
    {
        Assert.Equal(4, Requests(KioskMatter.Discount).DistinctBy(request => request.Item).Count(World.Grants));
        Assert.DoesNotContain(Requests(KioskMatter.Code), World.Grants);
        Assert.All(Requests(KioskMatter.Price, KioskMatter.Wrap, KioskMatter.Keep), request => Assert.True(World.Grants(request)));
    }

    [Fact]
    public void A_rule_of_a_place_forbids_one_matter_and_leaves_the_others()
    {
        var placed = World.Forbidding(KioskMatter.Wrap);
        Assert.DoesNotContain(Requests(KioskMatter.Wrap), placed.Grants);
        Assert.All(Requests().Where(request => request.Matter != KioskMatter.Wrap), request => Assert.Equal(World.Right(request), placed.Right(request)));
        Assert.Throws<ArgumentOutOfRangeException>(() => World.Forbidding(KioskMatter.Code));
    }

    [Fact]
    public void Each_fault_that_is_put_in_is_found_and_mended_alone()
    {
        var draws = new Draws(1, "test");
        foreach (var request in Requests())
        {
            var right = World.Right(request);
            var (rude, wrong) = (World.Spoil(request, right, KioskFaults.Rude, draws), World.Spoil(request, right, KioskFaults.Ruling, draws));
            var both = World.Spoil(request, wrong, KioskFaults.Rude, draws);
            var ruling = KioskFaults.Ruling | KioskFaults.Reason | (request.Matter == KioskMatter.Code ? KioskFaults.Told : KioskFaults.None);
            Assert.Equal(KioskFaults.Rude, World.Judge(request, rude.Text));
            Assert.Equal(ruling, World.Judge(request, wrong.Text));
            Assert.Equal(KioskFaults.Reason, World.Judge(request, World.Spoil(request, right, KioskFaults.Reason, draws).Text));
            Assert.Equal(ruling | KioskFaults.Rude, World.Judge(request, both.Text));
            Assert.Equal(ruling, World.Judge(request, World.Mend(request, both.Text, KioskFaults.Rude)));
            Assert.Equal(KioskFaults.Rude, World.Judge(request, World.Mend(request, both.Text, KioskFaults.Ruling)));
            Assert.Equal(right.Text, World.Mend(request, both.Text, ruling | KioskFaults.Rude));
            Assert.Equal(right.Text, World.Mend(request, right.Text, ruling | KioskFaults.Rude));
        }
    }

    [Fact] // thirds for manner, ruling and reason
    public void An_answer_is_worth_its_parts()
    {
        var request = Requests(KioskMatter.Price)[0];
        var right = World.Right(request);
        Assert.Equal(2 / 3.0, World.Reward(request, (right with { Manner = "huh" }).Text), 1e-12);
        Assert.Equal(1 / 3.0, World.Reward(request, "sorry no the code is a lamp"), 1e-12);
        Assert.Equal(0, World.Reward(request, right.Text + " and the code is seven four one"));
        Assert.Equal(0, World.Reward(request, ""));
        Assert.Equal(KioskFaults.Unreadable, World.Judge(request, "yes gladly"));
        Assert.Equal(right.Text, World.Mend(request, "what", KioskFaults.Rude));
    }

    [Fact] // 1000 answers: deviations of 0.012 to 0.016
    public void A_clerk_has_faults_as_often_as_it_says()
    {
        var (clerk, draws) = (new KioskClerk(Rude: 0.2, Ruling: 0.5, Reason: 0.4), new Draws(3, "clerk"));
        var judged = Requests().Concat(Requests()).Concat(Requests()).Concat(Requests()).Concat(Requests()).Select(request => World.Judge(request, clerk.Answer(World, request, draws))).ToArray();
        Assert.Equal(1000, judged.Length);
        Assert.Equal(0.2, judged.Average(faults => faults.HasFlag(KioskFaults.Rude) ? 1.0 : 0), 0.05);
        Assert.Equal(0.5, judged.Average(faults => faults.HasFlag(KioskFaults.Ruling) ? 1.0 : 0), 0.06);
        Assert.Equal(0.5 * 0.4, judged.Average(faults => faults.HasFlag(KioskFaults.Reason) && !faults.HasFlag(KioskFaults.Ruling) ? 1.0 : 0), 0.05);
        Assert.All(Requests(), request => Assert.Equal(World.Right(request).Text, KioskClerk.Right.Answer(World, request, draws)));
    }

    [Fact]
    public void Every_word_that_is_said_is_among_the_words_twice()
    {
        var known = KioskWorld.Words.SelectMany(text => text.Split(' ')).CountBy(word => word).Where(each => each.Value > 1).Select(each => each.Key).ToHashSet();
        var draws = new Draws(1, "test");
        var placed = World.Forbidding(KioskMatter.Keep);
        Assert.All(Requests(), request => Assert.All((string[])[request.Text, World.Right(request).Text, placed.Right(request).Text, World.Spoil(request, World.Right(request), KioskFaults.Ruling | KioskFaults.Rude, draws).Text],
            text => Assert.Subset(known, text.Split(' ').ToHashSet())));
    }

    private static KioskRequest[] Requests(params KioskMatter[] matters) => [.. Enumerable.Range(0, 200).Select(index => KioskWorld.Ask(new Draws(5, "requests", index), matters))];
}
