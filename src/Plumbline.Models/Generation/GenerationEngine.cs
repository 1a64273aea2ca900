using Plumbline.Models.Generation;
using Plumbline.Models.Inference;

namespace Plumbline.Models;

/// <summary>Writes for all who ask a model, in one running batch: texts join and leave at any step (continuous batching; Yu et al. 2022).</summary>
/// <remarks>
/// A step reads the last token of every text that is being written and pieces of prompts that have arrived (Agrawal et al. 2023), and chooses a token wherever
/// a prompt has been read to its end. Beginnings that texts share are read once. It runs on a thread of its own while there is something to write.
/// </remarks>
internal sealed class GenerationEngine : IDisposable
{
    private const int PieceAlone = 256, PieceBesideWriting = 64; // tokens of prompts in a step: long pieces are quicker, short ones keep others waiting less

    private readonly LanguageModel model;
    private readonly Lock gate = new();
    private readonly LinkedList<GenerationTicket> waiting = new();
    private readonly List<GenerationTicket> writing = [];
    private readonly KeyValueBlocks blocks;
    private readonly PrefixCache prefixes;
    private readonly ForwardPass pass;
    private WeightsFingerprint? fingerprint;
    private DecoderWeights? weights;
    private Thread? thread;
    private long tokensRead;
    private bool disposed;

    /// <param name="model">Not owned.</param>
    public GenerationEngine(LanguageModel model)
    {
        this.model = model;
        blocks = new(model.Decoder.Config);
        prefixes = new(blocks, model.Decoder.Config.Layers);
        pass = new(model.Decoder.Config);
    }

    /// <summary>How many tokens have gone through the decoder.</summary>
    public long TokensRead => Interlocked.Read(ref tokensRead);

    /// <summary>How many blocks of keys and values are held, those of the prefix cache included.</summary>
    public int BlocksInUse
    {
        get
        {
            lock (gate)
                return blocks.InUse;
        }
    }

    /// <summary>How many blocks the prefix cache holds.</summary>
    public int BlocksKept
    {
        get
        {
            lock (gate)
                return prefixes.Count;
        }
    }

    /// <summary>Whether it can write with this decoder: one whose weights are float32 on the processor.</summary>
    public bool Fits => DecoderWeights.Fit(model.Decoder);

    /// <summary>Takes a text into the batch as soon as its lane has room.</summary>
    /// <param name="row">The text.</param>
    /// <param name="lane">Whose it is.</param>
    /// <param name="written">Called after each token, on the thread of the engine; must not block or throw.</param>
    /// <param name="cancellationToken">Takes it out again, at once.</param>
    /// <returns>Done when the text is.</returns>
    public Task WriteAsync(GenerationRow row, GenerationLane lane, Action<GenerationRow>? written, CancellationToken cancellationToken)
    {
        var ticket = new GenerationTicket(row, lane, written, new(blocks) { Long = IsLong(row) }, cancellationToken);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            waiting.AddLast(ticket);
            if (thread is null)
            {
                thread = new Thread(Run) { IsBackground = true, Name = "Plumbline generation" };
                thread.Start();
            }
        }
        ticket.CancelWith(() => GiveUp(ticket));
        return ticket.Done;
    }

    /// <summary>Ends what is being written, and frees its memory.</summary>
    public void Dispose()
    {
        Thread? running;
        lock (gate)
        {
            disposed = true;
            running = thread;
        }
        running?.Join();
        prefixes.Shrink(0);
        blocks.Dispose();
        pass.Dispose();
    }

    private bool IsLong(GenerationRow row) => RotaryTable.ShortPositions(model.Decoder.Config) is { } known && row.Prompt.Length > known;

    /// <summary>A text that still waits leaves here; one that is being written, before the next step.</summary>
    private void GiveUp(GenerationTicket ticket)
    {
        lock (gate)
        {
            if (waiting.Remove(ticket))
                ticket.Cancel();
        }
    }

    private void Run()
    {
        try
        {
            Wake();
            while (Admit())
                Step();
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Looks where the weights are, and whether they are still those that the prefix cache was made with.</summary>
    private void Wake()
    {
        weights = DecoderWeights.Of(model.Decoder) ?? throw new InvalidOperationException("The weights of the model were moved while it was asked.");
        var now = MostBlocks > 0 ? WeightsFingerprint.Of(weights) : null;
        lock (gate)
        {
            if (now != fingerprint)
                prefixes.Shrink(0);
            fingerprint = now;
        }
    }

    /// <summary>Lets texts in and out between two steps.</summary>
    /// <returns>Whether there is anything to do; if not, the thread ends.</returns>
    private bool Admit()
    {
        lock (gate)
        {
            foreach (var given in writing.Where(ticket => ticket.GivenUp || disposed).ToList())
                Leave(given, given.Cancel);
            for (var node = waiting.First; node is not null;)
            {
                var (ticket, next) = (node.Value, node.Next);
                if (ticket.GivenUp || disposed)
                {
                    waiting.Remove(node);
                    ticket.Cancel();
                }
                else if (ticket.Lane.Enter())
                {
                    waiting.Remove(node);
                    writing.Add(ticket);
                }
                node = next;
            }
            if (writing.Count > 0)
                return true;
            prefixes.Shrink(MostBlocks);
            blocks.Trim();
            thread = null;
            return false;
        }
    }

    private void Step()
    {
        List<GenerationTicket> reading;
        List<Reading> readings;
        lock (gate)
        {
            reading = [.. writing.Where(ticket => ticket.Begun && ticket.Left == 1)];
            readings = [.. reading.Select(ticket => ticket.Next(1))];
            ReadPrompts(reading, readings);
        }
        pass.Run(weights!, readings, model.Tokenizer.VocabularySize, LibTorch.Threads);
        Interlocked.Add(ref tokensRead, readings.Sum(each => each.Tokens.Length));
        var answering = reading.Index().Where(each => readings[each.Index].Answers).Select(each => each.Item).ToArray();
        WorkerTeam.Shared.Share(answering.Length, answering.Length * model.Tokenizer.VocabularySize < 1 << 14 ? 1 : LibTorch.Threads, index => answering[index].Write(pass.Logits(index), model.Tokenizer.Special.End));
        lock (gate)
        {
            foreach (var ticket in answering)
                Written(ticket);
        }
    }

    /// <summary>Adds pieces of prompts to a step, in the order in which they came.</summary>
    private void ReadPrompts(List<GenerationTicket> reading, List<Reading> readings)
    {
        var room = reading.Count == 0 ? PieceAlone : PieceBesideWriting;
        var begun = new List<GenerationTicket>();
        foreach (var ticket in writing.Where(ticket => !ticket.Begun || ticket.Left > 1))
        {
            if (room == 0)
                break;
            // What an earlier prompt is just reading will be in the cache when it is done: better to wait than to read it twice.
            if (!ticket.Begun && MostBlocks > 0 && begun.Any(other => Shared(other, ticket) > prefixes.Known(ticket.Beginning) + KeyValueBlock.Tokens / 2))
                continue;
            if (!ticket.Begun)
                ticket.Begin(MostBlocks > 0 ? prefixes : null);
            var piece = ticket.Next(Math.Min(room, ticket.Left));
            room -= piece.Tokens.Length;
            begun.Add(ticket);
            reading.Add(ticket);
            readings.Add(piece);
        }
    }

    private static int Shared(GenerationTicket one, GenerationTicket other) => one.Beginning.CommonPrefixLength(other.Beginning);

    private void Written(GenerationTicket ticket)
    {
        if (ticket.Row.Tokens.Count == 1 && !ticket.GivenUp)
            prefixes.Keep(ticket.Row.Prompt, ticket.Memory, MostBlocks);
        if (ticket.Broken is { } error)
            Leave(ticket, () => ticket.Fail(error));
        else
        {
            ticket.Tell();
            if (ticket.Row.Done)
            {
                prefixes.Keep([.. ticket.Row.Prompt, .. ticket.Row.Tokens.SkipLast(1)], ticket.Memory, MostBlocks);
                Leave(ticket, ticket.Finish);
            }
        }
    }

    private void Leave(GenerationTicket ticket, Action how)
    {
        writing.Remove(ticket);
        ticket.Memory.Dispose();
        ticket.Lane.Leave();
        how();
    }

    private void Fail(Exception e)
    {
        lock (gate)
        {
            foreach (var ticket in writing.ToList())
                Leave(ticket, () => ticket.Fail(e));
            foreach (var ticket in waiting)
                ticket.Fail(e);
            waiting.Clear();
            thread = null;
        }
    }

    /// <summary>How many blocks the prefix cache may hold; none where keys depend on how long the text is.</summary>
    private int MostBlocks => RotaryTable.ShortPositions(model.Decoder.Config) is not null ? 0
        : (int)Math.Min(int.MaxValue, model.PrefixCacheBytes / KeyValueBlock.BytesOf(model.Decoder.Config));
}
