using System.Runtime.Intrinsics;

namespace Plumbline.Models.Inference;

/// <summary>Attention of one token over blocks of keys and values, for the query heads that share a key head: each key is loaded once for two of them.</summary>
/// <remarks>Keys are not repeated for the queries that share them (grouped-query attention; Ainslie et al. 2023).</remarks>
internal static unsafe class BlockAttention
{
    private const int Tokens = KeyValueBlock.Tokens, Lanes = 8;

    /// <param name="queries">[heads that share, head width]</param>
    /// <param name="result">Likewise.</param>
    /// <param name="blocks">What the text has read.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="head">Which key head.</param>
    /// <param name="first">First position to look at.</param>
    /// <param name="position">Last position to look at: the token itself.</param>
    /// <param name="config">Scale, soft cap, heads.</param>
    /// <param name="scores">Room for [heads that share, positions from the block of the first, rounded up to blocks].</param>
    public static void Of(float* queries, float* result, IReadOnlyList<KeyValueBlock> blocks, int layer, int head, int first, int position, DecoderConfig config, float* scores)
    {
        int shared = config.Heads / config.KeyValueHeads, width = config.HeadWidth;
        int from = first / Tokens, to = position / Tokens;
        var room = (to - from + 1) * Tokens;
        var scale = (float)(config.AttentionScale ?? Math.Pow(width, -0.5));
        for (var block = from; block <= to; block++)
        {
            var keys = blocks[block].Keys(layer, head);
            var target = scores + (block - from) * Tokens;
            var query = 0;
            for (; query < shared - 1; query += 2)
                ScoreTwo(queries + query * width, keys, width, scale, target + (long)query * room, target + (query + 1L) * room);
            if (query < shared)
                Score(queries + query * width, keys, width, scale, target + (long)query * room);
        }
        for (var query = 0; query < shared; query++)
            Weigh(scores + (long)query * room, room, first - from * Tokens, position - from * Tokens, config.AttentionSoftCap);
        new Span<float>(result, shared * width).Clear();
        for (var block = from; block <= to; block++)
        {
            var values = blocks[block].Values(layer, head);
            int begin = Math.Max(0, first - block * Tokens), end = Math.Min(Tokens, position - block * Tokens + 1);
            for (var query = 0; query < shared; query++)
                Mix(scores + (long)query * room + (block - from) * Tokens, values, begin, end, width, result + query * width);
        }
    }

    /// <summary>Scores of the tokens of a block for one query.</summary>
    private static void Score(float* query, float* keys, int width, float scale, float* scores)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        for (var at = 0; at < width; at++, keys += Tokens)
        {
            var number = Vector256.Create(query[at]);
            a = Vector256.FusedMultiplyAdd(Vector256.Load(keys), number, a);
            b = Vector256.FusedMultiplyAdd(Vector256.Load(keys + Lanes), number, b);
            c = Vector256.FusedMultiplyAdd(Vector256.Load(keys + 2 * Lanes), number, c);
            d = Vector256.FusedMultiplyAdd(Vector256.Load(keys + 3 * Lanes), number, d);
        }
        Store(a, b, c, d, scale, scores);
    }

    private static void ScoreTwo(float* query, float* keys, int width, float scale, float* scores, float* otherScores)
    {
        var other = query + width;
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var at = 0; at < width; at++, keys += Tokens)
        {
            var (one, two) = (Vector256.Create(query[at]), Vector256.Create(other[at]));
            var key = Vector256.Load(keys);
            a = Vector256.FusedMultiplyAdd(key, one, a);
            e = Vector256.FusedMultiplyAdd(key, two, e);
            key = Vector256.Load(keys + Lanes);
            b = Vector256.FusedMultiplyAdd(key, one, b);
            f = Vector256.FusedMultiplyAdd(key, two, f);
            key = Vector256.Load(keys + 2 * Lanes);
            c = Vector256.FusedMultiplyAdd(key, one, c);
            g = Vector256.FusedMultiplyAdd(key, two, g);
            key = Vector256.Load(keys + 3 * Lanes);
            d = Vector256.FusedMultiplyAdd(key, one, d);
            h = Vector256.FusedMultiplyAdd(key, two, h);
        }
        Store(a, b, c, d, scale, scores);
        Store(e, f, g, h, scale, otherScores);
    }

    private static void Store(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float scale, float* scores)
    {
        (a * scale).Store(scores);
        (b * scale).Store(scores + Lanes);
        (c * scale).Store(scores + 2 * Lanes);
        (d * scale).Store(scores + 3 * Lanes);
    }

    /// <summary>Scores become weights that sum to 1; what lies outside of first and last gets 0.</summary>
    private static void Weigh(float* scores, int room, int first, int last, double? cap)
    {
        if (cap is { } most)
            Elementwise.Cap(scores, room, most);
        new Span<float>(scores, first).Fill(float.NegativeInfinity);
        new Span<float>(scores + last + 1, room - last - 1).Fill(float.NegativeInfinity);
        var tops = Vector256.Create(float.NegativeInfinity);
        for (var at = 0; at < room; at += Lanes)
            tops = Vector256.Max(tops, Vector256.Load(scores + at));
        var top = tops[0];
        for (var lane = 1; lane < Lanes; lane++)
            top = Math.Max(top, tops[lane]);
        Vector256<float> sum = default;
        for (var at = 0; at < room; at += Lanes)
        {
            var weight = Vector256.Exp(Vector256.Load(scores + at) - Vector256.Create(top));
            weight.Store(scores + at);
            sum += weight;
        }
        var share = 1 / Vector256.Sum(sum);
        for (var at = 0; at < room; at += Lanes)
            (Vector256.Load(scores + at) * share).Store(scores + at);
    }

    /// <summary>Adds the values of a block, each times its weight.</summary>
    private static void Mix(float* weights, float* values, int begin, int end, int width, float* result)
    {
        var at = 0;
        for (; at <= width - 4 * Lanes; at += 4 * Lanes)
        {
            var target = result + at;
            var (a, b, c, d) = (Vector256.Load(target), Vector256.Load(target + Lanes), Vector256.Load(target + 2 * Lanes), Vector256.Load(target + 3 * Lanes));
            var value = values + (long)begin * width + at;
            for (var token = begin; token < end; token++, value += width)
            {
                var weight = Vector256.Create(weights[token]);
                a = Vector256.FusedMultiplyAdd(Vector256.Load(value), weight, a);
                b = Vector256.FusedMultiplyAdd(Vector256.Load(value + Lanes), weight, b);
                c = Vector256.FusedMultiplyAdd(Vector256.Load(value + 2 * Lanes), weight, c);
                d = Vector256.FusedMultiplyAdd(Vector256.Load(value + 3 * Lanes), weight, d);
            }
            a.Store(target);
            b.Store(target + Lanes);
            c.Store(target + 2 * Lanes);
            d.Store(target + 3 * Lanes);
        }
        for (; at < width; at++)
        {
            for (var token = begin; token < end; token++)
                result[at] += weights[token] * values[token * width + at];
        }
    }
}
