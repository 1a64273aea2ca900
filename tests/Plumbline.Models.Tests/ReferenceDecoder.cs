using System.Globalization;

namespace Plumbline.Models.Tests;

/// <summary>The Llama decoder as the papers write it, number by number in double precision: what the fast one is held against.</summary>
internal sealed class ReferenceDecoder(DecoderConfig config, IReadOnlyDictionary<string, float[]> weights)
{
    public double[][] Logits(int[] ids)
    {
        var stream = ids.Select(id => Enumerable.Range(0, config.Width).Select(at => (double)weights["model.embed_tokens.weight"][id * config.Width + at]).ToArray()).ToArray();
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}");
            stream = Sum(stream, Attend(name, stream.Select(row => Normalise(row, $"{name}.input_layernorm.weight")).ToArray()));
            stream = Sum(stream, stream.Select(row => FeedForward(name, Normalise(row, $"{name}.post_attention_layernorm.weight"))).ToArray());
        }
        var output = config.TiedEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
        return [.. stream.Select(row => Multiply(output, Normalise(row, "model.norm.weight")))];
    }

    private double[][] Attend(string layer, double[][] input)
    {
        var head = config.HeadWidth;
        var queries = input.Select((row, at) => Rotate(Multiply($"{layer}.self_attn.q_proj.weight", row), at)).ToArray();
        var keys = input.Select((row, at) => Rotate(Multiply($"{layer}.self_attn.k_proj.weight", row), at)).ToArray();
        var values = input.Select(row => Multiply($"{layer}.self_attn.v_proj.weight", row)).ToArray();
        var outputs = new double[input.Length][];
        for (var at = 0; at < input.Length; at++)
        {
            var mixed = new double[config.Heads * head];
            for (var h = 0; h < config.Heads; h++)
            {
                var shared = h / (config.Heads / config.KeyValueHeads);
                var scores = Enumerable.Range(0, at + 1).Select(other =>
                    Enumerable.Range(0, head).Sum(d => queries[at][h * head + d] * keys[other][shared * head + d]) / Math.Sqrt(head)).ToArray();
                var total = scores.Sum(Math.Exp);
                for (var other = 0; other <= at; other++)
                {
                    for (var d = 0; d < head; d++)
                        mixed[h * head + d] += Math.Exp(scores[other]) / total * values[other][shared * head + d];
                }
            }
            outputs[at] = Multiply($"{layer}.self_attn.o_proj.weight", mixed);
        }
        return outputs;
    }

    private double[] FeedForward(string layer, double[] row)
    {
        var gate = Multiply($"{layer}.mlp.gate_proj.weight", row);
        var up = Multiply($"{layer}.mlp.up_proj.weight", row);
        return Multiply($"{layer}.mlp.down_proj.weight", [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]);
    }

    /// <summary>Number i of a head turns with number i + half, by position · θ^(−2i/head).</summary>
    private double[] Rotate(double[] row, int position)
    {
        var (head, half) = (config.HeadWidth, config.HeadWidth / 2);
        var turned = new double[row.Length];
        for (var start = 0; start < row.Length; start += head)
        {
            for (var i = 0; i < half; i++)
            {
                var angle = position * Math.Pow(config.RopeTheta, -2.0 * i / head);
                var (a, b) = (row[start + i], row[start + half + i]);
                turned[start + i] = a * Math.Cos(angle) - b * Math.Sin(angle);
                turned[start + half + i] = b * Math.Cos(angle) + a * Math.Sin(angle);
            }
        }
        return turned;
    }

    private double[] Normalise(double[] row, string weight)
    {
        var scale = 1 / Math.Sqrt(row.Sum(x => x * x) / row.Length + config.NormEpsilon);
        return [.. row.Select((x, at) => x * scale * weights[weight][at])];
    }

    private double[] Multiply(string matrix, double[] row) =>
        [.. Enumerable.Range(0, weights[matrix].Length / row.Length).Select(output => Enumerable.Range(0, row.Length).Sum(at => weights[matrix][output * row.Length + at] * row[at]))];

    private static double[][] Sum(double[][] one, double[][] other) => [.. one.Zip(other, (a, b) => a.Zip(b, (x, y) => x + y).ToArray())];
}
