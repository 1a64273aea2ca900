using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests;

/// <summary>Columns that losses ask for, and references that move.</summary>
public sealed class PreferenceTrainingTests
{
    private static readonly PairExample[] Pairs = [.. Enumerable.Range(0, 12).Select(index => new PairExample(TinyModel.Text(1, 2 * index), TinyModel.Text(1, 2 * index + 1)) { Gap = index / 4.0 })];

    public static TheoryData<string> Names => [.. NamedObjectives.All.Where(each => each.TakesPairs).Select(each => each.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_loss_trains_and_the_held_out_loss_falls(string name)
    {
        using var model = TinyModel.Make();
        var loss = NamedObjectives.Find(name).Pair(new Dictionary<string, double>(), "test");
        var anchor = HeldOut.LogProbs(model.Decoder, Pairs, 64, default);
        var before = HeldOut.Preferences(model.Decoder, Pairs, anchor, loss, 64, default)["loss"];
        var reports = new Reports();
        PreferenceTraining.Run(model.Decoder, Pairs, new EpochOrder(12, 6, 1, "pairs").Batch, loss, 64, Options(12), reports, default);
        var after = HeldOut.Preferences(model.Decoder, Pairs, anchor, loss, 64, default);
        Assert.True(after["loss"] < before, $"{before} to {after["loss"]}");
        Assert.All(reports.All, report => Assert.True(double.IsFinite(report.Loss)));
    }

    [Theory]
    [InlineData("simpo", false)]
    [InlineData("orpo", false)]
    [InlineData("cpo", false)]
    [InlineData("dpo", true)]
    public void A_loss_without_a_reference_never_asks_for_one(string name, bool asks)
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        PreferenceTraining.Run(model.Decoder, Pairs, new EpochOrder(12, 6, 1, "pairs").Batch, NamedObjectives.Find(name).Pair(new Dictionary<string, double>(), "test"), 64,
            Options(2) with { ReferenceFolder = folder.Path }, null, default);
        Assert.Equal(asks ? 1 : 0, Directory.GetFiles(folder.Path, "reference-*.bin").Length);
    }

    [Fact] // against log-probabilities of every text alone, token by token
    public void Columns_of_first_tokens_and_of_certainty_are_those_of_texts_read_alone()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = TinyModel.Make();
        PairExample[] pairs = [.. Pairs, new(TokenExample.Completion([.. Enumerable.Range(20, 12)], [40, 41, 42]), TokenExample.Completion([.. Enumerable.Range(20, 12)], [50]))]; // the last share a prompt that is read once
        var batch = new PairBatch(pairs);
        using var logits = new LogitsBuffer();
        var anchors = batch.Anchors(model.Decoder, 64, logits);
        var columns = batch.Columns(SequenceScores.Of(model.Decoder, batch.Texts, 64, logits), PairColumns.Reference | PairColumns.Shared | PairColumns.Certainty, anchors);
        foreach (var (index, pair) in pairs.Index())
        {
            var shared = Math.Min(pair.Chosen.Trained, pair.Rejected.Trained);
            var (chosen, rejected) = (Alone(model.Decoder, pair.Chosen), Alone(model.Decoder, pair.Rejected));
            Assert.Equal(chosen.LogProbs.Take(shared).Sum(), columns.Shared!.Chosen[index].item<float>(), 1e-4);
            Assert.Equal(rejected.LogProbs.Take(shared).Sum(), anchors[index].RejectedShared, 1e-4);
            Assert.Equal(chosen.LogProbs.Zip(chosen.Collisions, (log, collision) => log - collision).Average(), columns.ChosenCertainty![index].item<float>(), 1e-4);
            Assert.Equal(rejected.LogProbs.Zip(rejected.Collisions, (log, collision) => log - collision).Average(), columns.RejectedCertainty![index].item<float>(), 1e-4);
        }
    }

    [Fact] // identity 1 at the beginning of each stage: policy and reference are one
    public void A_reference_that_is_replaced_makes_the_loss_log_two_again()
    {
        using var model = TinyModel.Make();
        var reports = new Reports();
        PreferenceTraining.Run(model.Decoder, Pairs, new EpochOrder(12, 6, 1, "pairs").Batch, new DirectPreferenceOptimization(0.5), 64, Options(9), reports, default, new MovingReference(3));
        foreach (var (step, report) in reports.All.Index())
            Assert.Equal(step % 3 == 0, Math.Abs(report.Loss - Math.Log(2)) < 1e-5);
    }

    [Theory]
    [InlineData("weights")]
    [InlineData("LoRA")]
    public void A_reference_that_does_not_move_in_time_is_the_one_that_stays(string trained)
    {
        double[] Losses(MovingReference? moving)
        {
            using var model = TinyModel.Make();
            using var adapter = trained == "LoRA" ? LowRankAdapter.Create(new(2, 4), model.Decoder, 3) : null;
            if (adapter is not null)
                model.Decoder.Attach(adapter);
            var reports = new Reports();
            PreferenceTraining.Run(model.Decoder, Pairs, new EpochOrder(12, 6, 1, "pairs").Batch, new DirectPreferenceOptimization(0.5), 64, Options(6), reports, default, moving);
            return [.. reports.All.Select(report => report.Loss)];
        }
        Assert.Equal(Losses(null), Losses(new MovingReference(100)), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact] // Δ against a reference that is w of the way from the start to the policy, for one weight: worked out on the weights themselves
    public void A_reference_is_mixed_weight_by_weight()
    {
        using var model = TinyModel.Make();
        using var moved = new MovedReference(new MovingReference(2, 0.25), ParameterGroup.Weights.In(model.Decoder));
        var start = TinyModel.Numbers(model.Decoder);
        using (no_grad())
        {
            foreach (var parameter in model.Decoder.parameters())
                parameter.PlusInPlace(0.5);
        }
        moved.MoveBefore(1);
        Assert.Equal(start, moved.With(() => TinyModel.Numbers(model.Decoder)));
        moved.MoveBefore(2);
        var policy = TinyModel.Bytes(model.Decoder);
        Assert.Equal(start.Select(each => each + 0.125), moved.With(() => TinyModel.Numbers(model.Decoder)), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(policy, TinyModel.Bytes(model.Decoder)); // the policy has its own weights back, bit for bit
    }

    [Fact] // (Δ − 1/(2β))² in the first step, Δ against ¼ of one model and ¾ of another, each read alone
    public void A_reference_of_several_models_is_their_mean_in_log_space()
    {
        using var model = TinyModel.Make();
        using var one = TinyModel.Make(2);
        using var other = TinyModel.Make(3);
        var (policy, first, second) = (HeldOut.LogProbs(model.Decoder, Pairs, 64, default), HeldOut.LogProbs(one.Decoder, Pairs, 64, default), HeldOut.LogProbs(other.Decoder, Pairs, 64, default));
        var expected = Enumerable.Range(0, 12).Average(pair => Math.Pow(Margin(policy[pair]) - 0.25 * Margin(first[pair]) - 0.75 * Margin(second[pair]) - 1, 2));
        var reports = new Reports();
        PreferenceTraining.Run(model.Decoder, Pairs, new EpochOrder(12, 12, 1, "pairs").Batch, new IdentityPreferenceOptimization(0.5), 64, Options(1), reports, default, mixture: new([(one.Decoder, 0.25), (other.Decoder, 0.75)]));
        Assert.Equal(expected, reports.All[0].Loss, expected * 1e-4);

        static double Margin(PairAnchor each) => each.Chosen - each.Rejected;
    }

    [Fact]
    public void Weights_of_a_reference_of_several_models_add_up_to_one()
    {
        using var model = TinyModel.Make();
        Assert.Throws<ArgumentException>(() => new ReferenceMixture([(model.Decoder, 0.5), (model.Decoder, 0.4)]));
        Assert.Throws<ArgumentException>(() => new ReferenceMixture([]));
        Assert.Throws<ArgumentException>(() => PreferenceTraining.Run(model.Decoder, Pairs, new EpochOrder(12, 6, 1, "pairs").Batch, new SimplePreferenceOptimization(2, 0.5), 64, Options(1), null, default, mixture: ReferenceMixture.Even([model.Decoder])));
    }

    [Fact]
    public void A_loss_that_sorts_its_step_is_not_made_in_parts()
    {
        double[] Losses(int? tokensPerPass)
        {
            using var model = TinyModel.Make();
            var reports = new Reports();
            PreferenceTraining.Run(model.Decoder, Pairs, new EpochOrder(12, 6, 1, "pairs").Batch, new OptimalTransportAlignment(0.5), 64, Options(4) with { TokensPerPass = tokensPerPass }, reports, default);
            return [.. reports.All.Select(report => report.Loss)];
        }
        Assert.Equal(Losses(null), Losses(50));
    }

    [Fact]
    public void A_pair_without_weight_moves_nothing()
    {
        double[] Numbers(PairExample[] pairs)
        {
            using var model = TinyModel.Make();
            PreferenceTraining.Run(model.Decoder, pairs, _ => [0, 1], new SimplePreferenceOptimization(2, 0.5), 64, Options(3), null, default);
            return TinyModel.Numbers(model.Decoder);
        }
        var (one, other) = (Numbers([Pairs[0] with { Weight = 2 }, Pairs[1] with { Weight = 0 }]), Numbers([Pairs[0], Pairs[0]]));
        Assert.True(one.Zip(other, (a, b) => Math.Abs(a - b)).Max() < 1e-4);
    }

    private static (double[] LogProbs, double[] Collisions) Alone(Decoder decoder, TokenExample text)
    {
        using var scope = NewDisposeScope();
        var positions = TensorArithmetic.CountUpTo(text.Ids.Length).unsqueeze(0);
        var logProbs = decoder.Logits(decoder.Hidden(tensor(text.Ids, ScalarType.Int64).unsqueeze(0), positions))[0].to(ScalarType.Float64).log_softmax(-1); // [time, vocabulary]
        var trained = Enumerable.Range(1, text.Ids.Length - 1).Where(i => text.Weights[i] != 0).ToArray();
        return ([.. trained.Select(i => logProbs[i - 1][text.Ids[i]].item<double>())], [.. trained.Select(i => logProbs[i - 1].exp().Squared().sum().log().item<double>())]);
    }

    private static TrainingOptions Options(int steps) => new() { Steps = steps, LearningRate = new Schedule(5e-3, WarmUp: 1), ReportEvery = 1 };
}
