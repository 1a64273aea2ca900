using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>Packed texts taken apart again, each in a row of its own.</summary>
internal static class PaddedTexts
{
    /// <summary>What the last layer writes for the tokens of packed texts, [1, tokens, width], with autograd through all layers.</summary>
    public static Tensor Stream(Decoder decoder, PackedTexts texts)
    {
        var starts = Starts(texts.Runs);
        var places = new long[texts.Ids.Length]; // where each packed token stands in the padded rows
        var rows = new List<long[]>();
        var longest = texts.Runs.Max(run => run.Length + Before(run));
        foreach (var (index, run) in texts.Runs.Index().Where(each => !texts.Runs.Any(other => other.After == each.Index)))
        {
            var row = new long[longest];
            if (run.After is { } before)
                Put(before, 0);
            Put(index, Before(run));
            rows.Add(row);

            void Put(int which, int at)
            {
                for (var i = 0; i < texts.Runs[which].Length; i++)
                {
                    row[at + i] = texts.Ids[starts[which] + i];
                    places[starts[which] + i] = (long)rows.Count * longest + at + i;
                }
            }
        }
        var ids = tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, longest], device: decoder.Device);
        return decoder.Stream(ids, TensorArithmetic.CountUpTo(longest, decoder.Device).unsqueeze(0), null, null).flatten(0, 1).index_select(0, tensor(places, device: decoder.Device)).unsqueeze(0);

        int Before(TextRun run) => run.After is { } before ? texts.Runs[before].Length : 0;
    }

    private static int[] Starts(IReadOnlyList<TextRun> runs)
    {
        var (starts, at) = (new int[runs.Count], 0);
        foreach (var (index, run) in runs.Index())
        {
            starts[index] = at;
            at += run.Length;
        }
        return starts;
    }
}
