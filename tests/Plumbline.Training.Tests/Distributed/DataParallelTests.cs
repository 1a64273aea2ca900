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
    private static readonly string[] Methods = ["supervised", "supervised in passes", "preference", "policy gradient"];
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

    private static (double[] Curve, double[] Weights) Train(string method, ProcessGroup group)
    {
        using var model = TinyModel.Make();
        var reports = new Reports();
        var options = new TrainingOptions { Steps = 12, LearningRate = new Schedule(1e-3, 2), ReportEvery = 1, Group = group };
        switch (method)
        {
            case "preference":
                PairExample[] pairs = [.. Enumerable.Range(0, 20).Select(index => new PairExample(TinyModel.Text(1, 2 * index), TinyModel.Text(1, 2 * index + 1)))];
                PreferenceTraining.Run(model.Decoder, pairs, new EpochOrder(20, 6, 1, "pairs").Batch, new DirectPreferenceOptimization(0.1), 64, options, reports, default);
                break;
            case "policy gradient":
                using (var reference = model.Clone())
                {
                    var rollout = new Rollout(model, 1, 4, new GenerationOptions { MaxNewTokens = 6 });
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

    private sealed record Outcome(double[] Curve, string Weights);
}
