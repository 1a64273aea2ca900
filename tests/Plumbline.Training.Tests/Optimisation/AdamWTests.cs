using Plumbline.Training;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Optimisation;

public sealed class AdamWTests
{
    [Theory] // the update as the paper writes it, number by number in float64, with and without clipping
    [InlineData(1e9)]
    [InlineData(0.5)]
    public void It_moves_as_the_paper_says(double clip)
    {
        const int Steps = 5;
        const double Rate = 0.01;
        using var model = TinyModel.Make();
        var options = new AdamWOptions { ClipNorm = clip, WeightDecay = 0.1, Beta2 = 0.95 };
        var names = model.Decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal).ToArray();
        var gradient = names.Select((each, index) => Enumerable.Range(0, (int)each.parameter.numel()).Select(i => Math.Sin(i + index)).ToArray()).ToArray();
        var expected = names.Select(each => each.parameter.data<float>().ToArray().Select(number => (double)number).ToArray()).ToArray();
        var norm = Math.Sqrt(gradient.Sum(each => each.Sum(number => number * number)));

        using (var optimiser = new AdamW(ParameterGroup.Weights.In(model.Decoder), options))
        {
            for (var step = 0; step < Steps; step++)
            {
                using var scope = NewDisposeScope();
                var loss = zeros(1);
                foreach (var (index, each) in names.Index())
                    loss += (each.parameter * tensor(gradient[index].Select(number => (float)number).ToArray()).view(each.parameter.shape)).sum();
                loss.backward();
                Assert.Equal(norm, optimiser.Update(Rate).item<float>(), 1e-3);
            }
        }

        var scale = Math.Min(1, clip / norm);
        foreach (var (index, each) in names.Index())
        {
            var actual = each.parameter.data<float>().ToArray();
            for (var i = 0; i < actual.Length; i++)
            {
                var (weight, first, second, slope) = (expected[index][i], 0.0, 0.0, gradient[index][i] * scale);
                for (var step = 1; step <= Steps; step++)
                {
                    first = 0.9 * first + 0.1 * slope;
                    second = 0.95 * second + 0.05 * slope * slope;
                    if (each.parameter.dim() > 1)
                        weight -= Rate * 0.1 * weight;
                    weight -= Rate * (first / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(second / (1 - Math.Pow(0.95, step))) + 1e-8);
                }
                Assert.Equal(weight, actual[i], 1e-5);
            }
        }
    }
}
