namespace Plumbline.Models.Inference;

/// <summary>A decoder over tokens of several texts at once, without libtorch: for small models and few rows a call of it takes longer than the arithmetic.</summary>
/// <remarks>
/// What a token gets depends on its own text alone, to the last bit (see <see cref="DotProducts"/>): not on what else is read in the pass, in how many
/// pieces its prompt is read, or whether the beginning of it was read for another text.
/// </remarks>
/// <param name="config">Shape of the decoder.</param>
internal sealed unsafe class ForwardPass(DecoderConfig config) : IDisposable
{
    private const long SmallWork = 1 << 15; // multiplications that are done before another thread has noticed

    private const int PartsPerThread = 4; // so that a thread that was put aside keeps little waiting

    private readonly int queryWidth = config.Heads * config.HeadWidth, keyWidth = config.KeyValueHeads * config.HeadWidth;
    private readonly NumberBuffer streams = new(), normalised = new(), heads = new(), attended = new(), written = new(), gates = new(), ups = new(), last = new(), answers = new();
    private readonly Dictionary<(bool Local, bool Longer), RotaryTable> rotary = [];
    private readonly ThreadLocal<NumberBuffer> scores = new(() => new(), trackAllValues: true);
    private int[] positions = [];
    private TextMemory[] memories = [];
    private int count, vocabulary, threads;

    /// <summary>Reads tokens.</summary>
    /// <param name="weights">The parameters.</param>
    /// <param name="readings">What to read; each text once.</param>
    /// <param name="tokens">How many tokens of the vocabulary mean something.</param>
    /// <param name="mostThreads">How many threads may share the work.</param>
    public void Run(DecoderWeights weights, IReadOnlyList<Reading> readings, int tokens, int mostThreads)
    {
        (vocabulary, threads) = (tokens, mostThreads);
        var stream = Embed(weights, readings);
        var normal = normalised.For((long)count * config.Width);
        NormaliseAll(stream, normal, weights.Layers[0].BeforeAttention);
        for (var index = 0; index < config.Layers; index++)
        {
            var layer = weights.Layers[index];
            var added = Attend(index, layer, normal);
            Join(stream, added, layer.AfterAttention, normal, layer.BeforeFeedForward);
            added = FeedForward(layer, normal);
            Join(stream, added, layer.AfterFeedForward, normal, index + 1 < config.Layers ? weights.Layers[index + 1].BeforeAttention : default);
        }
        foreach (var reading in readings)
            reading.Memory.Advance(reading.Tokens.Length);
        Answer(weights, readings, stream);
    }

    /// <summary>What may come after the last token of a text that asked, in the order of the readings: log-probabilities once <see cref="Elementwise.LogSoftmax"/> has seen them.</summary>
    public Span<float> Logits(int answer) => new(answers.For(0) + (long)answer * vocabulary, vocabulary);

    public void Dispose()
    {
        foreach (var buffer in (NumberBuffer[])[streams, normalised, heads, attended, written, gates, ups, last, answers, .. scores.Values])
            buffer.Dispose();
        scores.Dispose();
    }

    private float* Embed(DecoderWeights weights, IReadOnlyList<Reading> readings)
    {
        count = readings.Sum(reading => reading.Tokens.Length);
        if (positions.Length < count)
            (positions, memories) = (new int[count], new TextMemory[count]);
        var stream = streams.For((long)count * config.Width);
        var at = 0;
        foreach (var reading in readings)
        {
            reading.Memory.Reserve(reading.Tokens.Length);
            Prepare(reading.Memory.Long, reading.Memory.Length + reading.Tokens.Length);
            var position = reading.Memory.Length;
            foreach (var id in reading.Tokens.Span)
            {
                (positions[at], memories[at]) = (position, reading.Memory);
                Embed(weights, id, position++, stream + (long)at++ * config.Width);
            }
        }
        return stream;
    }

    private void Embed(DecoderWeights weights, int id, int position, float* row)
    {
        // Ids come from tokenizers and callers: none may read beyond the matrix.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)config.VocabularySize);
        var width = config.Width;
        new Span<float>(weights.Embedding.Numbers + (long)id * width, width).CopyTo(new(row, width));
        if (config.EmbeddingScale != 1)
        {
            for (var at = 0; at < width; at++)
                row[at] *= (float)config.EmbeddingScale;
        }
        if (weights.Positions is not null)
            Elementwise.Add(row, weights.Positions + (long)position * width, width);
    }

    /// <summary>Makes sure that the turns are there which a text needs.</summary>
    private void Prepare(bool longer, int length)
    {
        if (config.LearntPositions)
            return;
        Table(local: false, longer).Reach(length);
        if (config.SlidingWindow is not null && config.LocalRopeTheta is not null)
            Table(local: true, longer).Reach(length);
    }

    private RotaryTable Table(bool local, bool longer)
    {
        if (!rotary.TryGetValue((local, longer), out var table))
            rotary[(local, longer)] = table = new(config, local, longer);
        return table;
    }

    /// <returns>What attention adds to the stream, [tokens, width].</returns>
    private float* Attend(int index, LayerWeights layer, float* normal)
    {
        var pitch = queryWidth + 2 * keyWidth;
        var all = heads.For((long)count * pitch);
        var mixed = attended.For((long)count * queryWidth);
        ShareOutputs(pitch, count, config.Width, (first, end) =>
        {
            Within(layer.Queries, 0);
            Within(layer.Keys, queryWidth);
            Within(layer.Values, queryWidth + keyWidth);

            void Within(Matrix matrix, int offset)
            {
                var (from, to) = (Math.Max(first - offset, 0), Math.Min(end - offset, matrix.Outputs));
                if (from < to)
                    Multiply(matrix, from, to, normal, config.Width, count, all + offset, pitch);
            }
        });
        var local = config.Slides(index) && config.LocalRopeTheta is not null;
        Share(count, (long)pitch * 4, token => Keep(index, layer, token, all + (long)token * pitch, local));
        Share(count * config.KeyValueHeads, 2L * config.HeadWidth * (positions[count - 1] + 1) * config.Heads / config.KeyValueHeads, unit =>
        {
            var (token, head) = (unit / config.KeyValueHeads, unit % config.KeyValueHeads);
            var position = positions[token];
            var first = config.Slides(index) ? Math.Max(0, position - config.SlidingWindow!.Value + 1) : 0;
            var start = head * (queryWidth / config.KeyValueHeads);
            var room = scores.Value!.For((long)(config.Heads / config.KeyValueHeads) * (position - first + 2 * KeyValueBlock.Tokens));
            BlockAttention.Of(all + (long)token * pitch + start, mixed + (long)token * queryWidth + start, memories[token].Blocks, index, head, first, position, config, room);
        });
        var target = written.For((long)count * config.Width);
        ShareOutputs(config.Width, count, queryWidth, (first, end) => Multiply(layer.AttentionOutput, first, end, mixed, queryWidth, count, target, config.Width));
        return target;
    }

    /// <summary>Normalises and turns queries and keys of a token, and keeps keys and values.</summary>
    private void Keep(int index, LayerWeights layer, int token, float* row, bool local)
    {
        var (position, memory, width) = (positions[token], memories[token], config.HeadWidth);
        var table = config.LearntPositions ? null : rotary[(local, memory.Long)];
        for (var head = 0; head < config.Heads + config.KeyValueHeads; head++)
        {
            var numbers = row + head * width;
            if (config.QueryKeyNorm)
                Elementwise.Normalise(numbers, numbers, width, head < config.Heads ? layer.QueryNorm : layer.KeyNorm, config.Norm, config.NormEpsilon);
            table?.Turn(new(numbers, width), position);
        }
        var block = memory.Blocks[position / KeyValueBlock.Tokens];
        var place = position % KeyValueBlock.Tokens;
        for (var head = 0; head < config.KeyValueHeads; head++)
        {
            float* key = row + queryWidth + head * width, keys = block.Keys(index, head) + place;
            for (var at = 0; at < width; at++)
                keys[at * KeyValueBlock.Tokens] = key[at];
            new Span<float>(key + keyWidth, width).CopyTo(new(block.Values(index, head) + place * width, width));
        }
    }

    /// <returns>What the feed-forward part adds to the stream, [tokens, width].</returns>
    private float* FeedForward(LayerWeights layer, float* normal)
    {
        var inner = config.FeedForwardWidth;
        var gate = gates.For((long)count * inner);
        var up = config.Gated ? ups.For((long)count * inner) : null;
        ShareOutputs(inner, count, config.Width * (config.Gated ? 2 : 1), (first, end) =>
        {
            Multiply(config.Gated ? layer.Gate : layer.Up, first, end, normal, config.Width, count, gate, inner);
            if (config.Gated)
                Multiply(layer.Up, first, end, normal, config.Width, count, up, inner);
            for (long token = 0; token < count; token++)
                Elementwise.Activate(gate + token * inner + first, config.Gated ? up + token * inner + first : null, end - first, config.Activation);
        });
        var target = written.For((long)count * config.Width);
        ShareOutputs(config.Width, count, inner, (first, end) => Multiply(layer.Down, first, end, gate, inner, count, target, config.Width));
        return target;
    }

    /// <summary>Adds what a part has written to the stream, and normalises it for the next part.</summary>
    private void Join(float* stream, float* added, NormWeights after, float* normal, NormWeights next) => Share(count, config.Width * 4L, token =>
    {
        var offset = (long)token * config.Width;
        if (after.Present)
            Elementwise.Normalise(added + offset, added + offset, config.Width, after, config.Norm, config.NormEpsilon);
        Elementwise.Add(stream + offset, added + offset, config.Width);
        if (next.Present)
            Elementwise.Normalise(stream + offset, normal + offset, config.Width, next, config.Norm, config.NormEpsilon);
    });

    private void NormaliseAll(float* stream, float* normal, NormWeights norm) => Share(count, config.Width * 4L, token =>
        Elementwise.Normalise(stream + (long)token * config.Width, normal + (long)token * config.Width, config.Width, norm, config.Norm, config.NormEpsilon));

    private void Answer(DecoderWeights weights, IReadOnlyList<Reading> readings, float* stream)
    {
        int asking = 0, token = -1, width = config.Width, wanted = vocabulary;
        var normal = last.For((long)readings.Count * width);
        foreach (var reading in readings)
        {
            token += reading.Tokens.Length;
            if (reading.Answers)
                Elementwise.Normalise(stream + (long)token * width, normal + (long)asking++ * width, width, weights.Norm, config.Norm, config.NormEpsilon);
        }
        var logits = answers.For((long)asking * wanted);
        if (asking == 0)
            return;
        ShareOutputs(wanted, asking, width, (first, end) =>
        {
            Multiply(weights.Head, first, end, normal, width, asking, logits, wanted);
            if (config.LogitSoftCap is { } cap)
            {
                for (var answer = 0; answer < asking; answer++)
                    Elementwise.Cap(logits + (long)answer * wanted + first, end - first, cap);
            }
        });
    }

    /// <summary>Outputs of a matrix for all rows, with its bias.</summary>
    private static void Multiply(Matrix matrix, int first, int end, float* rows, int pitch, int count, float* results, int resultPitch)
    {
        DotProducts.Of(matrix.Numbers, matrix.Inputs, first, end, rows, pitch, count, results, resultPitch);
        if (matrix.Bias is null)
            return;
        for (long row = 0; row < count; row++)
            Elementwise.Add(results + row * resultPitch + first, matrix.Bias + first, end - first);
    }

    /// <summary>Shares the outputs of matrices among the threads, in groups of 16: what is left of them at the end is always the same.</summary>
    /// <param name="outputs">How many there are.</param>
    /// <param name="rows">For how many rows each is computed.</param>
    /// <param name="inputs">Multiplications for each.</param>
    /// <param name="part">Computes those from one to before another.</param>
    private void ShareOutputs(int outputs, int rows, long inputs, Action<int, int> part)
    {
        var among = rows * inputs * outputs < SmallWork ? 1 : threads;
        var size = among == 1 ? outputs : (outputs / (among * PartsPerThread) + 16) / 16 * 16;
        WorkerTeam.Shared.Share((outputs + size - 1) / size, among, index => part(index * size, Math.Min(outputs, (index + 1) * size)));
    }

    private void Share(int units, long work, Action<int> part) => WorkerTeam.Shared.Share(units, units * work < SmallWork ? 1 : threads, part);
}
