using Plumbline.Models;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests;

public sealed class PointTrainingTests
{
    /// <summary>Answers of token 40 are good, those of 50 bad.</summary>
    private static readonly PointExample[] Answers = [.. Enumerable.Range(0, 12).Select(i => new PointExample(TokenExample.Completion([20 + i], i % 2 == 0 ? [40, 41] : [50, 51, 52]), i % 2 == 0 ? 1 : 0))];

    public static TheoryData<string> Names => [.. NamedObjectives.All.Where(each => each.TakesAnswers).Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Good_answers_become_likelier_than_bad_ones(string name)
    {
        using var model = TinyModel.Make();
        var loss = NamedObjectives.Find(name).Point(new Dictionary<string, double> { ["beta"] = 0.5 }, "test");
        var anchor = PointTraining.LogProbs(model.Decoder, Answers, 16, default);
        var before = PointTraining.Evaluate(model.Decoder, Answers, anchor, loss, 16, default);
        var reports = new Reports();
        PointTraining.Run(model.Decoder, Answers, new EpochOrder(12, 6, 1, "answers").Batch, loss, 16, Options(40), reports, default);
        var after = PointTraining.Evaluate(model.Decoder, Answers, anchor, loss, 16, default);
        Assert.True(after["loss"] < before["loss"], $"{before["loss"]} to {after["loss"]}");
        var ratios = PointTraining.LogProbs(model.Decoder, Answers, 16, default).Zip(anchor, (now, then) => now - then).ToArray();
        Assert.True(ratios.Where((_, i) => i % 2 == 0).Average() > ratios.Where((_, i) => i % 2 == 1).Average() + 0.5);
        Assert.All(reports.All, report => Assert.True(double.IsFinite(report.Loss)));
    }

    [Theory] // baselines and shares are of the whole step, whatever passes it is made in
    [InlineData("kto")]
    [InlineData("bco")]
    [InlineData("ulma")]
    public void Several_passes_come_to_the_same_as_one(string name)
    {
        double[] Losses(int? tokensPerPass)
        {
            using var model = TinyModel.Make();
            var reports = new Reports();
            PointTraining.Run(model.Decoder, Answers, new EpochOrder(12, 5, 1, "answers").Batch, NamedObjectives.Find(name).Point(new Dictionary<string, double>(), "test"), 16,
                Options(6) with { TokensPerPass = tokensPerPass }, reports, default);
            return [.. reports.All.SelectMany(report => (double[])[report.Loss, report.Statistics["baseline"]])];
        }
        Assert.Equal(Losses(null), Losses(6), (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact] // the policy is the reference at the first step: every ratio and the baseline are 0, and a good and a bad answer cost one half each
    public void The_first_step_of_kto_costs_one_half()
    {
        using var model = TinyModel.Make();
        var reports = new Reports();
        PointTraining.Run(model.Decoder, Answers, new EpochOrder(12, 6, 1, "answers").Batch, new KahnemanTverskyOptimization(0.3), 16, Options(8), reports, default);
        Assert.Equal(0.5, reports.All[0].Loss, 1e-5);
        Assert.Equal(0, reports.All[0].Statistics["baseline"], 1e-5);
        Assert.NotEqual(0, reports.All[^1].Statistics["baseline"], 1e-3);
    }

    [Fact] // three answers: prompts with the answer to the next, the last with the first; a step of one has none; a prompt too long loses its beginning
    public void Mismatched_answers_are_those_to_other_prompts_of_the_step()
    {
        PointExample[] answers = [new(TokenExample.Completion([1, 2, 3], [10]), 1), new(TokenExample.Completion([4], [11, 12, 13]), 0), new(TokenExample.Completion([5, 6], [14]), 1)];
        var mismatched = new MismatchedAnswers(answers, step => step == 0 ? [0, 1, 2] : [1], 2, 5);
        Assert.Equal(3, mismatched.Count);
        Assert.Equal([[2, 3, 11, 12, 13], [4, 14], [5, 6, 10]], mismatched.Select(each => each.Ids));
        Assert.Equal([[0, 0, 1, 1, 1], [0, 1], [0, 0, 1]], mismatched.Select(each => each.Weights));
        Assert.Equal([0, 1, 2], mismatched.Of(0));
        Assert.Empty(mismatched.Of(1));
    }

    [Fact]
    public void A_pair_is_a_good_and_a_bad_answer()
    {
        var pair = new PairExample(Answers[0].Text, Answers[1].Text);
        Assert.Equal([new PointExample(pair.Chosen, 1), new PointExample(pair.Rejected, 0)], PointExample.Of(pair));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PointExample(pair.Chosen, 1.1));
    }

    private static TrainingOptions Options(int steps) => new() { Steps = steps, LearningRate = new Schedule(5e-3, WarmUp: 3), ReportEvery = 1 };
}
