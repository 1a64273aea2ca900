using Plumbline.Reproductions.Texts;
using Plumbline.Training.Objectives;

namespace Plumbline.Reproductions.Tests.Texts;

public sealed class SmallModelTests
{
    private static readonly string[] Colours = ["red", "green", "blue", "grey"];
    private static readonly Line[] Facts = [.. Colours.Index().Select(each => new Line($"box {each.Item} holds", $"{Colours[(each.Index + 1) % Colours.Length]} sand"))];

    [Fact]
    public void It_learns_a_small_world_by_heart_and_writes_it()
    {
        using var model = Learnt();
        Assert.Equal(Facts.Select(fact => fact.Answer), model.Write([.. Facts.Select(fact => fact.Prompt)], "test", 0, Stop));
    }

    [Fact]
    public void Log_probabilities_are_of_the_answer_and_its_end_alone()
    {
        using var model = Learnt();
        var shorter = model.LogProbs([Facts[0]]).Single();
        Assert.Equal(model.Example(Facts[0]).Trained, shorter.Length);
        Assert.Equal(3, shorter.Length); // colour, sand, end: each word is one token
        var beside = model.LogProbs([new("box red holds", "red sand and red sand and red sand"), Facts[0]])[1];
        Assert.All(shorter.Zip(beside), each => Assert.Equal(each.First, each.Second, 1e-5));
        Assert.All(shorter, each => Assert.InRange(each, -0.2, 0));
    }

    [Fact]
    public void Preferences_move_it_and_leave_the_model_it_was_copied_from()
    {
        using var model = Learnt();
        using var copy = model.Copy();
        var other = Facts[0] with { Answer = "grey sand" };
        copy.Prefer([(other, Facts[0])], new DirectPreferenceOptimization(0.1), 60, 1e-3, "prefer", Stop, perStep: 1);
        Assert.Equal("grey sand", copy.Write([other.Prompt], "test", 0, Stop).Single());
        Assert.Equal(Facts[0].Answer, model.Write([other.Prompt], "test", 0, Stop).Single());
    }

    [Fact]
    public void The_same_seed_gives_the_same_model()
    {
        using var one = Learnt();
        using var another = Learnt();
        Assert.Equal(one.LogProbs(Facts).SelectMany(each => each), another.LogProbs(Facts).SelectMany(each => each));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static SmallModel Learnt()
    {
        var model = SmallModel.Create(1, [.. Facts.Concat(Facts).Select(fact => $"{fact.Prompt} {fact.Answer}")], longest: 24, width: 32);
        model.Imitate(Facts, 120, 5e-3, "facts", Stop, perStep: 4);
        return model;
    }
}
