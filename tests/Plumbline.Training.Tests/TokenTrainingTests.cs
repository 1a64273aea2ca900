using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests;

/// <summary>Trainings that say of each token whether it should become likelier: on revisions (102) and on judgments (026).</summary>
public sealed class TokenTrainingTests
{
    private const int End = 2;

    [Fact] // token 40 was replaced by 41: with weights of both signs, one rises and the other falls
    public void After_revisions_the_new_token_is_likelier_and_the_old_one_less()
    {
        using var model = TinyModel.Make();
        var revision = RevisionExample.Contrast([20, 21], [30, 40, 31, End], [30, 41, 31, End]);
        var before = Shares(model, [20, 21, 30]);
        RevisionTraining.Run(model.Decoder, [revision], _ => [0], SignedLikelihood.Unfiltered, 16, Options(20), null, default);
        var after = Shares(model, [20, 21, 30]);
        Assert.True(after[41] > 5 * before[41], $"{before[41]} → {after[41]}");
        Assert.True(after[40] < before[40], $"{before[40]} → {after[40]}");
    }

    [Fact] // identity 5: the same steps, and the same weights but for rounding
    public void With_weight_one_on_every_token_of_the_revision_it_is_supervised_training()
    {
        using var model = TinyModel.Make();
        using var other = TinyModel.Make();
        int[] prompt = [20, 21], revised = [30, 41, 31, End];
        RevisionTraining.Run(model.Decoder, [RevisionExample.Contrast(prompt, [30, 40, 31, End], revised, removed: 0, kept: 1)], _ => [0], new(), 16, Options(10), null, default);
        SupervisedTraining.Run(other.Decoder, _ => [TokenExample.Completion(prompt, revised)], 16, Options(10), null, default);
        Assert.True(Distance(model, other) < 1e-5, $"{Distance(model, other)}");
    }

    [Fact] // identity 5: a threshold that no ratio reaches
    public void Judgments_without_flags_train_both_ways_of_reading_by_likelihood()
    {
        using var model = TinyModel.Make();
        using var other = TinyModel.Make();
        var (plain, judged) = (TokenExample.Completion([20, 21], [30, 40, End]), TokenExample.Completion([20, 50, 21], [30, 40, End]));
        JudgmentTraining.Run(model.Decoder, [new(plain, judged)], _ => [0], new(1e9), 16, Options(10), null, default);
        SupervisedTraining.Run(other.Decoder, _ => [plain, judged], 16, Options(10), null, default);
        Assert.True(Distance(model, other) < 1e-5, $"{Distance(model, other)}");
    }

    [Fact] // criticised and approved answers in one step, in an order that packing changes: each token must meet its own judged self
    public void Its_loss_is_that_of_the_columns_worked_out_one_text_at_a_time()
    {
        using var model = TinyModel.Make();
        JudgedExample[] examples = [.. Enumerable.Range(0, 6).Select(index =>
        {
            var draws = new Draws(5, "judged", index);
            int[] answer = [.. Enumerable.Range(0, draws.Between(2, 5)).Select(_ => draws.Between(30, 34)), End];
            return new JudgedExample(TokenExample.Completion([20, 21], answer), index % 3 == 0 ? null : TokenExample.Completion([20, 50 + index, 21], answer));
        })];
        var objective = new ContrastiveUnlikelihood(1.0001);
        var expected = examples.Average(example => Loss(example));
        List<double> losses = [];
        JudgmentTraining.Run(model.Decoder, examples, _ => [0, 1, 2, 3, 4, 5], objective, 16, Options(1), new Reports(report => losses.Add(report.Loss)), default);
        Assert.Equal(expected, losses[0], 1e-4);

        double Loss(JudgedExample example)
        {
            using var scope = NewDisposeScope();
            var plain = new AnswerTokens(tensor(LogProbs(model, example.Plain)), ones(example.Plain.Trained, float64), zeros(example.Plain.Trained, int64), 1);
            return (example.Judged is null ? objective.Compute(null, null, plain) : objective.Compute(plain, tensor(LogProbs(model, example.Judged)), null)).Value.item<double>();
        }
    }

    [Theory]
    [InlineData("revisions")]
    [InlineData("judgments")]
    public void Stopped_and_taken_up_or_made_in_parts_it_ends_with_the_same_weights(string method)
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var options = Options(12) with { CheckpointFolder = folder.Path, ReportEvery = 1 };
        using var stopped = TinyModel.Make();
        Assert.Throws<OperationCanceledException>(() => Train(method, stopped, options, new Reports(report => { if (report.Step == 5) stop.Cancel(); }), stop.Token));
        using var takenUp = TinyModel.Make();
        Train(method, takenUp, options, null, default);
        using var whole = TinyModel.Make();
        Train(method, whole, Options(12), null, default);
        Assert.Equal(TinyModel.Bytes(whole.Decoder), TinyModel.Bytes(takenUp.Decoder));
        using var parts = TinyModel.Make();
        Train(method, parts, Options(12) with { TokensPerPass = 40 }, null, default);
        Assert.True(Distance(whole, parts) < 2e-3, $"{Distance(whole, parts)}"); // Adam makes much of the last bit where a gradient is nearly 0
    }

    [Fact]
    public void What_cannot_be_trained_is_refused_by_its_place()
    {
        using var model = TinyModel.Make();
        var same = RevisionExample.Contrast([20], [30, End], [30, End]);
        Assert.Contains("revision 0", Assert.Throws<InputException>(() => RevisionTraining.Run(model.Decoder, [same], _ => [0], new(), 16, Options(1), null, default)).Message, StringComparison.Ordinal);
        var empty = new JudgedExample(new([20, 30], [0, 0]), null);
        Assert.Contains("answer 0", Assert.Throws<InputException>(() => JudgmentTraining.Run(model.Decoder, [empty], _ => [0], new(), 16, Options(1), null, default)).Message, StringComparison.Ordinal);
        var longer = new JudgedExample(TokenExample.Completion([20], [30, End]), TokenExample.Completion([20, 50, 51], [30, End]));
        Assert.Throws<InputException>(() => JudgmentTraining.Run(model.Decoder, [longer], _ => [0], new(), 4, Options(1), null, default));
        Assert.Throws<ArgumentException>(() => new JudgedExample(TokenExample.Completion([20], [30, End]), TokenExample.Completion([20, 50], [31, End])));
    }

    private static void Train(string method, LanguageModel model, TrainingOptions options, Reports? reports, CancellationToken stop)
    {
        var order = new EpochOrder(10, 4, 1, method);
        if (method == "revisions")
        {
            RevisionExample[] revisions = [.. Enumerable.Range(0, 10).Select(index => RevisionExample.Contrast([20, 21 + index], [30, 40 + index, 31, End], [30, 41 + index, 31, 32, End]))];
            RevisionTraining.Run(model.Decoder, revisions, order.Batch, SignedLikelihood.Unfiltered, 16, options, reports, stop);
            return;
        }
        JudgedExample[] judged = [.. Enumerable.Range(0, 10).Select(index => new JudgedExample(TokenExample.Completion([20, 21], [30 + index, 31, End]), index % 3 == 0 ? null : TokenExample.Completion([20, 50, 21], [30 + index, 31, End])))];
        JudgmentTraining.Run(model.Decoder, judged, order.Batch, new(1.02), 16, options, reports, stop);
    }

    private static TrainingOptions Options(int steps) => new() { Steps = steps, LearningRate = new Schedule(5e-3, 2), CheckpointEvery = 3, ReportEvery = 1 };

    private static double Distance(LanguageModel model, LanguageModel other) => TinyModel.Numbers(model.Decoder).Zip(TinyModel.Numbers(other.Decoder), (a, b) => Math.Abs(a - b)).Max();

    private static float[] Shares(LanguageModel model, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var hidden = model.Decoder.Hidden(tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0), TensorArithmetic.CountUpTo(ids.Length).unsqueeze(0));
        return model.Decoder.Logits(hidden[0, ids.Length - 1]).softmax(0).data<float>().ToArray();
    }

    private static double[] LogProbs(LanguageModel model, TokenExample text) =>
        [.. Enumerable.Range(1, text.Ids.Length - 1).Where(at => text.Weights[at] != 0).Select(at => Math.Log(Shares(model, text.Ids[..at])[text.Ids[at]]))];
}
