using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Plumbline.Models;
using Plumbline.Training.Distributed;
using Plumbline.Training.Objectives;

namespace Plumbline.Training.Tests.Distributed;

/// <summary>Two processes come to what one does, overlap what they say with what they compute, and never hang.</summary>
public sealed class DataParallelTests : IDisposable
{
    private const string Folder = "PLUMBLINE_TEST_FOLDER", Trouble = "PLUMBLINE_TEST_TROUBLE";
    private static readonly string[] Methods = ["supervised", "supervised in passes", "preference", "preference with a moving reference", "single answers", "policy gradient"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)] // more ranks than some steps have rows: a rank without work takes part
    public void Several_processes_make_the_loss_curve_of_one(int ranks)
    {
        var (code, said) = Mpirun.Run(ranks, Name(nameof(Trains_by_every_method)), (Folder, folder.Path));
        Assert.True(code == 0, said);
        foreach (var method in Methods)
        {
            var (alone, weights) = Train(method, new SingleProcess());
            var together = Enumerable.Range(0, ranks).Select(rank => JsonSerializer.Deserialize<Outcome>(File.ReadAllText(folder[$"{method} {rank}"]))!).ToArray();
            Assert.Equal(alone.Length, together[0].Curve.Length);
            Assert.All(alone.Zip(together[0].Curve).Index(), each => Assert.True(Math.Abs(each.Item.First - each.Item.Second) <= 1e-5 * Math.Max(Math.Abs(each.Item.First), 1),
                $"{method}, number {each.Index}: {each.Item.First} alone, {each.Item.Second} together"));
            Assert.All(together[1..], other => Assert.Empty(other.Curve)); // one reports
            Assert.All(together[1..], other => Assert.Equal(together[0].Weights, other.Weights)); // bit for bit
            Assert.True(weights.Zip(Numbers(together[0].Weights), (a, b) => Math.Abs(a - b)).Max() < 1e-3);
        }
    }

    [Fact(Explicit = true)]
    public void Trains_by_every_method()
    {
        var rank = ProcessGroup.Current.Rank;
        foreach (var method in Methods)
        {
            var (curve, weights) = Train(method, ProcessGroup.Current);
            File.WriteAllText(Path.Combine(At, $"{method} {rank}"), JsonSerializer.Serialize(new Outcome(curve, Text(weights))));
        }
    }

    [Fact]
    public void Sums_travel_while_the_backward_pass_goes_on_in_the_same_order_on_every_rank()
    {
        var (code, said) = Mpirun.Run(2, Name(nameof(Traces_a_step)), (Folder, folder.Path));
        Assert.True(code == 0, said);
        var ranks = Enumerable.Range(0, 2).Select(rank => JsonSerializer.Deserialize<Span[]>(File.ReadAllText(folder[$"trace {rank}"]))!).ToArray();
        foreach (var spans in ranks)
        {
            var backward = spans.Single(span => span.Name == "backward");
            var sums = spans.Where(span => span.Name == "allreduce").OrderBy(span => span.Start).ToArray();
            Assert.Equal([4, 3, 2, 1, 0, -1], sums.Select(span => span.Layer)); // after the last layer, the layers, the embedding
            Assert.All(sums[..^1], sum => Assert.InRange(sum.Start, backward.Start, backward.End));
            Assert.True(sums[^1].Start >= backward.End, "the embedding, which is also the output, is complete only at the end");
        }
    }

    [Fact(Explicit = true)]
    public void Traces_a_step()
    {
        var group = ProcessGroup.Current;
        var spans = new List<Span>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TrainingActivities.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => spans.Add(new(activity.OperationName, activity.GetTagItem("layer") as int?, activity.StartTimeUtc.Ticks, (activity.StartTimeUtc + activity.Duration).Ticks)),
        };
        ActivitySource.AddActivityListener(listener);
        using var model = TinyModel.Make(layers: 4);
        using var optimiser = new AdamW(ParameterGroup.Weights.In(model.Decoder), new AdamWOptions());
        using var reduction = new GradientReduction(model.Decoder, optimiser.Trained, group, bucketNumbers: 1);
        using var scope = TorchSharp.torch.NewDisposeScope();
        reduction.BeginPass(endsUpdate: true);
        using var logits = new LogitsBuffer();
        var scores = SequenceScores.Of(model.Decoder, [TinyModel.Text(1, group.Rank)], 64, logits, gradients: true);
        using (TrainingActivities.Start("backward"))
        {
            (-scores.LogProbs.sum()).backward();
            scores.Backward();
        }
        reduction.Complete();
        File.WriteAllText(Path.Combine(At, $"trace {group.Rank}"), JsonSerializer.Serialize(spans));
        RefusesRanksThatDiffer(group);
    }

    private static void RefusesRanksThatDiffer(ProcessGroup group)
    {
        using var weights = TorchSharp.torch.zeros(5);
        Replicas.RefuseOthers(group, [weights], 3, 1);
        Refused("other settings", () => Replicas.RefuseOthers(group, [weights], 3, group.Rank));
        Refused("other checkpoints (it has made 1 steps, the first 0)", () => Replicas.RefuseOthers(group, [weights], group.Rank, 1));
        weights[4] = TorchSharp.torch.tensor(1e-30f * group.Rank);
        Refused("other weights after 3 steps", () => Replicas.RefuseOthers(group, [weights], 3, 1));

        static void Refused(string what, Action check) => Assert.Contains($"rank 1 of 2: it has {what}", Assert.Throws<InputException>(check).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whichever_way_a_rank_fails_all_end_with_a_word_and_the_run_is_taken_up()
    {
        foreach (var (trouble, step, who, what) in ((string, int, string, string)[])[("throws", 3, "rank 1 of 2 on ", "the judge has gone home"), ("is killed", 5, "", "signal 9"), ("is silent", 7, "rank 0 of 2 on ", "have not answered")])
        {
            var (failed, last) = Mpirun.Run(2, Name(nameof(Trains_until_there_is_trouble)), (Folder, folder.Path), (Trouble, $"{trouble} {step}"));
            Assert.NotEqual(0, failed);
            Assert.Contains(who, last, StringComparison.Ordinal);
            Assert.Contains(what, last, StringComparison.Ordinal);
            Assert.Equal(who.Length > 0, last.Contains("from its last checkpoint: train --resume", StringComparison.Ordinal)); // who is killed says nothing
            Assert.Equal(["checkpoint.safetensors"], Directory.GetFiles(folder["checkpoints"]).Select(Path.GetFileName)); // nothing half written beside it
        }
        var (code, said) = Mpirun.Run(2, Name(nameof(Trains_until_there_is_trouble)), (Folder, folder.Path), (Trouble, "none"));
        Assert.True(code == 0, said);
        Assert.Equal("0 1", string.Join(' ', Directory.GetFiles(folder.Path, "same *").Select(file => file[^1]).Order()));
    }

    [Fact(Explicit = true)]
    public void Trains_until_there_is_trouble()
    {
        var group = ProcessGroup.Current;
        var trouble = Environment.GetEnvironmentVariable(Trouble)!;
        var at = trouble == "none" ? -1 : trouble[^1] - '0';
        if (trouble.StartsWith("is silent", StringComparison.Ordinal))
            ((MpiGroup)group).Patience = TimeSpan.FromSeconds(1);
        var resumed = Train(Path.Combine(At, "checkpoints"));
        Assert.Equal(Train(null), resumed); // bit for bit as if nothing had happened
        File.WriteAllText(Path.Combine(At, $"same {group.Rank}"), "");

        byte[] Train(string? checkpoints)
        {
            using var model = TinyModel.Make();
            var options = new TrainingOptions { Steps = 9, LearningRate = new Schedule(1e-3, 2), CheckpointFolder = checkpoints, CheckpointEvery = 2, GoOn = "train --resume" };
            SupervisedTraining.Run(model.Decoder, step =>
            {
                if (step == at && group.Rank == 1)
                    Fail(trouble[..^2]);
                return [.. Enumerable.Range(0, 4).Select(i => TinyModel.Text(1, 4L * step + i))];
            }, 48, options, null, default);
            return TinyModel.Bytes(model.Decoder);
        }
    }

    private static void Fail(string trouble)
    {
        switch (trouble)
        {
            case "throws":
                throw new InputException("judge", "the judge has gone home.", "Call another.");
            case "is killed":
                Process.GetCurrentProcess().Kill();
                break;
            case "is silent":
                Thread.Sleep(Timeout.Infinite);
                break;
        }
    }

    private static (double[] Curve, double[] Weights) Train(string method, ProcessGroup group)
    {
        using var model = TinyModel.Make();
        var reports = new Reports();
        var options = new TrainingOptions { Steps = 12, LearningRate = new Schedule(1e-3, 2), ReportEvery = 1, Group = group };
        switch (method)
        {
            case "preference":
            case "preference with a moving reference":
                PairExample[] pairs = [.. Enumerable.Range(0, 20).Select(index => new PairExample(TinyModel.Text(1, 2 * index), TinyModel.Text(1, 2 * index + 1)))];
                PreferenceTraining.Run(model.Decoder, pairs, new EpochOrder(20, 6, 1, "pairs").Batch, new DirectPreferenceOptimization(0.1), 64, options, reports, default, method == "preference" ? null : new MovingReference(4, 0.6));
                break;
            case "single answers":
                PointExample[] answers = [.. Enumerable.Range(0, 20).Select(index => new PointExample(TinyModel.Text(1, index), index % 2))];
                PointTraining.Run(model.Decoder, answers, new EpochOrder(20, 6, 1, "answers").Batch, new KahnemanTverskyOptimization(0.1), 64, options, reports, default);
                break;
            case "policy gradient":
                using (var reference = model.Clone())
                {
                    var rollout = new Rollout(model, 1, 4, new GenerationOptions { MaxNewTokens = 6 }, group);
                    PolicyGradientTraining.Run(model.Decoder, reference.Decoder, step => rollout.Sample(step, [[1, 20], [1, 30]], (_, answer) => answer.Tokens.Count(id => id % 2 == 0), default),
                        new GroupPolicyGradient(), 32, options, reports, default, updates: 2);
                }
                break;
            default:
                SupervisedTraining.Run(model.Decoder, step => [.. Enumerable.Range(0, 5).Select(i => TinyModel.Text(1, 5L * step + i))], 48,
                    options with { TokensPerPass = method == "supervised" ? null : 48 }, reports, default);
                break;
        }
        return ([.. reports.All.SelectMany(report => report.Statistics.Where(each => each.Key != "gradientNorm").OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => each.Value).Prepend(report.Loss))],
            TinyModel.Numbers(model.Decoder));
    }

    private static string At => Environment.GetEnvironmentVariable(Folder)!;

    private static string Name(string method) => $"{typeof(DataParallelTests).FullName}.{method}";

    private static string Text(double[] numbers) => string.Join(' ', numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)));

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    private sealed record Span(string Name, int? Layer, long Start, long End);

    private sealed record Outcome(double[] Curve, string Weights);
}
