using Plumbline.Models.Generation;
using Plumbline.Models.Generation.Constraints;

namespace Plumbline.Models.Tests;

public sealed class SamplerTests
{
    private static readonly float[] LogProbabilities = [.. ((double[])[0.1, 0.4, 0.2, 0.3]).Select(p => (float)Math.Log(p))];

    [Theory]
    [InlineData(0, 1, 0.99, 1)] // greedy, whatever the quantile
    [InlineData(1, 1, 0.05, 0)] // cumulative 0.1, 0.5, 0.7, 1
    [InlineData(1, 1, 0.15, 1)]
    [InlineData(1, 1, 0.69, 2)]
    [InlineData(1, 1, 0.99, 3)]
    [InlineData(1, 0.6, 0.05, 1)] // nucleus {1, 3} of weight 0.7: token 1 up to 0.4 / 0.7 = 0.571
    [InlineData(1, 0.6, 0.56, 1)]
    [InlineData(1, 0.6, 0.58, 3)]
    [InlineData(0.5, 1, 0.03, 0)] // squares 0.01, 0.16, 0.04, 0.09 of 0.30: cumulative 0.033, 0.567, 0.7, 1
    [InlineData(0.5, 1, 0.04, 1)]
    [InlineData(0.5, 1, 0.56, 1)]
    [InlineData(0.5, 1, 0.58, 2)]
    public void It_takes_the_quantile(double temperature, double topP, double quantile, int expected) =>
        Assert.Equal(expected, Sampler.Choose(LogProbabilities, new() { Temperature = temperature, TopP = topP }, null, quantile));

    [Theory] // 0.1, 0.4, 0.2, 0.3
    [InlineData(2, 1, 0, 0.05, 1)] // top-k {1, 3}: token 1 up to 0.571
    [InlineData(2, 1, 0, 0.58, 3)]
    [InlineData(3, 0.7, 0, 0.5, 1)] // of {1, 2, 3} with 0.9 in all, 0.63 are needed: {1, 3}
    [InlineData(3, 0.7, 0, 0.6, 3)]
    [InlineData(0, 1, 0.5, 0.43, 1)] // at least 0.2: {1, 2, 3}, cumulative 0.444, 0.667, 1
    [InlineData(0, 1, 0.5, 0.46, 2)]
    [InlineData(1, 1, 0, 0.99, 1)]
    public void It_keeps_fewer_by_count_by_share_and_by_ratio(int topK, double topP, double minP, double quantile, int expected) =>
        Assert.Equal(expected, Sampler.Choose(LogProbabilities, new() { Temperature = 1, TopK = topK, TopP = topP, MinP = minP + (minP > 0 ? -1e-6 : 0) }, null, quantile));

    [Fact] // the sorted way: order by weight, then by id, and take as many as are needed
    public void Selection_without_sorting_keeps_what_sorting_keeps()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var (size, topK, topP) = (50 + (int)(seed * 17 % 400), 1 + (int)(seed * 7 % 60), 0.05 + 0.9 * RandomStream.Uniform(seed, 1));
            float[] logits = [.. Enumerable.Range(0, size).Select(id => (float)(Math.Round(20 * RandomStream.Uniform(seed, id + 2)) / 2))]; // many equals
            var sorted = Enumerable.Range(0, size).OrderByDescending(id => logits[id]).Take(topK).ToList();
            var total = sorted.Sum(id => Math.Exp(logits[id]));
            var kept = new HashSet<int>();
            double sum = 0;
            foreach (var id in sorted.TakeWhile(_ => sum < topP * total - 1e-9))
            {
                kept.Add(id);
                sum += Math.Exp(logits[id]);
            }
            var drawn = Enumerable.Range(0, 1000).Select(n => Sampler.Choose(logits, new() { Temperature = 1, TopK = topK, TopP = topP }, null, (n + 0.5) / 1000)).ToHashSet();
            Assert.True(drawn.IsSubsetOf(kept), $"seed {seed}");
            Assert.True(kept.Where(id => Math.Exp(logits[id]) / sum > 0.002).All(drawn.Contains), $"seed {seed}");
        }
    }

    [Theory] // the plain way: put all in order, keep, add up in the order of the vocabulary
    [InlineData(0, 1, 0)]
    [InlineData(40, 1, 0)]
    [InlineData(0, 0.9, 0)]
    [InlineData(0, 0.05, 0)]
    [InlineData(0, 1, 0.02)]
    [InlineData(40, 0.9, 0.02)]
    [InlineData(2999, 0.9, 0)]
    [InlineData(1, 1, 0)]
    public void In_a_vocabulary_of_thousands_it_takes_what_the_plain_way_takes(int topK, double topP, double minP)
    {
        const int Size = 3001;
        var options = new GenerationOptions { Temperature = 0.8, TopK = topK, TopP = topP, MinP = minP };
        for (ulong seed = 0; seed < 60; seed++)
        {
            float[] logits = [.. Enumerable.Range(0, Size).Select(id => Logit(RandomStream.Uniform(seed, id), seed))];
            TokenSet? allowed = seed % 3 == 0 ? null : new(Size);
            for (var id = 0; id < Size && allowed is not null; id++)
            {
                if (id == 1234 || RandomStream.Uniform(seed + 1000, id) < (seed % 3 == 1 ? 0.01 : 0.7))
                    allowed.Add(id);
            }
            var quantile = RandomStream.Uniform(seed, Size);
            Assert.Equal(Plainly(logits, options, allowed, quantile), Sampler.Choose(logits, options, allowed, quantile));
            var best = Enumerable.Range(0, Size).Where(id => allowed?.Contains(id) != false && logits[id] > float.NegativeInfinity).MaxBy(id => logits[id]);
            Assert.Equal(best, Sampler.Choose(logits, options with { Temperature = 0 }, allowed, quantile));
        }

        static float Logit(double uniform, ulong seed) => uniform < 0.05 ? float.NegativeInfinity
            : seed % 2 == 0 ? (float)(-2 * Math.Log(-Math.Log(uniform))) : MathF.Round((float)(-2 * Math.Log(-Math.Log(uniform)))); // the second way many are equal
    }

    private static int Plainly(float[] logits, GenerationOptions options, TokenSet? allowed, double quantile)
    {
        var ids = Enumerable.Range(0, logits.Length).Where(id => allowed?.Contains(id) != false && logits[id] > float.NegativeInfinity).ToList();
        var greatest = ids.Max(id => logits[id]);
        var weights = ids.ToDictionary(id => id, id => Math.Exp((logits[id] - (double)greatest) / options.Temperature));
        var order = ids.OrderByDescending(id => weights[id]).ThenBy(id => id).Take(options.TopK > 0 ? options.TopK : ids.Count).ToList();
        var (total, sum) = (order.Sum(id => weights[id]), 0.0);
        var kept = options.TopP < 1 ? order.TakeWhile(id => (sum += weights[id]) - weights[id] < options.TopP * total).ToList() : order;
        kept = [.. kept.Where(id => weights[id] >= options.MinP).Order()];
        var left = quantile * kept.Sum(id => weights[id]);
        return kept.First(id => (left -= weights[id]) < 0 || id == kept[^1]);
    }

    [Fact]
    public void The_greatest_are_found_wherever_they_stand_and_of_equals_the_first()
    {
        for (ulong seed = 0; seed < 40; seed++)
        {
            var size = 1 + (int)(2500 * RandomStream.Uniform(seed, 0));
            float[] numbers = [.. Enumerable.Range(1, size).Select(at => (float)Math.Round(30 * RandomStream.Uniform(seed, at)))];
            (numbers[size / 2], numbers[size / 3]) = (float.NaN, float.NegativeInfinity);
            var wanted = 1 + (int)(seed * 13 % 300);
            var places = new int[Selection.Room(wanted)];
            var expected = Enumerable.Range(0, size).Where(at => numbers[at] > float.NegativeInfinity).OrderByDescending(at => numbers[at]).ThenBy(at => at).Take(wanted).Order();
            Assert.Equal(expected, places[..Selection.Largest(numbers, wanted, places)]);
            Assert.Equal(Enumerable.Range(0, size).Where(at => !float.IsNaN(numbers[at])).DefaultIfEmpty().MaxBy(at => numbers[at]), Selection.Likeliest(numbers));
        }
    }

    [Fact] // three standard deviations of a mean of 10 000 uniform numbers are 0.0087
    public void Streams_are_uniform_and_do_not_follow_each_other()
    {
        var numbers = Enumerable.Range(0, 10_000).Select(index => RandomStream.Uniform(RandomStream.Of(5, (ulong)index), 0)).ToArray();
        Assert.Equal(0.5, numbers.Average(), 0.0087);
        Assert.Equal(10_000, numbers.Distinct().Count());
        Assert.NotEqual(RandomStream.Uniform(RandomStream.Of(5, 1), 0), RandomStream.Uniform(RandomStream.Of(5, 0), 1));
    }
}
