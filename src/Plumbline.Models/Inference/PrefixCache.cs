namespace Plumbline.Models.Inference;

/// <summary>Beginnings of texts that were read before: a tree whose nodes are blocks of tokens. What has not been used for longest is forgotten first.</summary>
/// <remarks>Keys and values of a token depend on nothing after it, so that they hold for every text that begins alike (vLLM, SGLang; Zheng et al. 2024).</remarks>
/// <param name="pool">Where blocks go back to.</param>
/// <param name="layers">How many layers the decoder has.</param>
internal sealed class PrefixCache(KeyValueBlocks pool, int layers)
{
    private readonly Node root = new(null, null, []);
    private readonly LinkedList<Node> byUse = new(); // first: used last; a parent always before its children

    /// <summary>How many blocks it holds.</summary>
    public int Count => byUse.Count;

    /// <summary>How many tokens at the beginning of a text are known.</summary>
    /// <param name="tokens">The text.</param>
    public int Known(ReadOnlySpan<int> tokens) => Find(tokens).Sum(step => step.Length);

    /// <summary>Begins a text with what is known of it.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="memory">Where nothing has been read yet.</param>
    public void Begin(ReadOnlySpan<int> tokens, TextMemory memory)
    {
        var steps = Find(tokens);
        var whole = steps.TakeWhile(step => step.Length == KeyValueBlock.Tokens).ToList();
        memory.Begin(whole.Select(step => step.Node.Block!), whole.Count * KeyValueBlock.Tokens);
        if (steps.Count > whole.Count)
            memory.Copy(steps[^1].Node.Block!, steps[^1].Length, layers);
        Touch(steps.Count == 0 ? root : steps[^1].Node);
    }

    /// <summary>Keeps what was read of a text for others.</summary>
    /// <param name="tokens">Those that have been read.</param>
    /// <param name="memory">Their keys and values.</param>
    /// <param name="most">How many blocks it may hold.</param>
    public void Keep(ReadOnlySpan<int> tokens, TextMemory memory, int most)
    {
        if (most == 0)
            return;
        var node = root;
        for (var index = 0; index * KeyValueBlock.Tokens < tokens.Length; index++)
        {
            var piece = tokens.Slice(index * KeyValueBlock.Tokens, Math.Min(KeyValueBlock.Tokens, tokens.Length - index * KeyValueBlock.Tokens));
            node = Child(node, piece, memory.Blocks[index]);
        }
        Touch(node);
        Shrink(most);
    }

    /// <summary>Forgets all but the blocks that were used last.</summary>
    /// <param name="most">How many blocks stay.</param>
    public void Shrink(int most)
    {
        while (byUse.Count > most)
        {
            var oldest = byUse.Last!.Value; // a leaf: whoever uses a child uses its parent after it
            oldest.Parent!.Children.Remove(oldest);
            byUse.Remove(oldest.Use!);
            pool.Release(oldest.Block!);
        }
    }

    private Node Child(Node parent, ReadOnlySpan<int> tokens, KeyValueBlock block)
    {
        foreach (var child in parent.Children)
        {
            if (child.Block == block && child.Tokens.Length < tokens.Length)
                child.Tokens = tokens.ToArray(); // the same text has gone on
            if (child.Tokens.AsSpan().StartsWith(tokens))
                return child;
        }
        var added = new Node(parent, block, tokens.ToArray());
        block.Holders++;
        added.Use = byUse.AddFirst(added);
        parent.Children.Add(added);
        return added;
    }

    private void Touch(Node node)
    {
        for (; node.Parent is not null; node = node.Parent)
        {
            byUse.Remove(node.Use!);
            byUse.AddFirst(node.Use!);
        }
    }

    /// <summary>From block to block as long as the tokens are the same.</summary>
    private List<(Node Node, int Length)> Find(ReadOnlySpan<int> tokens)
    {
        var steps = new List<(Node, int)>();
        for (var node = root; !tokens.IsEmpty;)
        {
            var (best, length) = (node, 0);
            foreach (var child in node.Children)
            {
                if (tokens.CommonPrefixLength(child.Tokens) is var common && common > length)
                    (best, length) = (child, common);
            }
            if (length > 0)
                steps.Add((best, length));
            if (length < KeyValueBlock.Tokens)
                break;
            node = best;
            tokens = tokens[length..];
        }
        return steps;
    }

    private sealed class Node(Node? parent, KeyValueBlock? block, int[] tokens)
    {
        public Node? Parent => parent;

        public KeyValueBlock? Block => block;

        public int[] Tokens { get; set; } = tokens;

        public List<Node> Children { get; } = [];

        public LinkedListNode<Node>? Use { get; set; }
    }
}
