namespace Plumbline.Deliberation;

/// <summary>Monte-Carlo tree search over whole answers: nodes are refined by their own critique, and the root can rewrite its prompt and begin anew (086, MCTSr-Zero).</summary>
/// <remarks>
/// Q = (min R + mean R)/2 over a node's sampled scores R; an inner node counts (Q + max child Q)/2. UCB = value + C √(ln(N_parent + 1)/(N + 10⁻⁵)), N the number of a node's scores; above the root stand the iterations so far. Of the nodes with fewer than the most children the one
/// with the highest UCB is selected: it is scored once more and refined by its last critique; if it is the root, its prompt is rewritten by the newest child's critique and an answer is generated from nothing, and the prompt is kept if that
/// answer scores at least what the root was worth. C is in units of scores: scores ten times as large need a C ten times as large, or regeneration is hardly ever tried.
/// </remarks>
/// <param name="moves">Who generates, scores, refines and rewrites.</param>
/// <param name="options">How far.</param>
public sealed class PrincipleTreeSearch(ITreeSearchMoves moves, TreeSearchOptions options)
{
    /// <summary>Searches.</summary>
    /// <param name="prompt">What answers are generated under; may be empty.</param>
    /// <param name="first">The first answer.</param>
    /// <param name="better">Told of each answer that is the best so far.</param>
    /// <param name="cancellationToken">Stops between moves.</param>
    public async Task<TreeSearchResult> RunAsync(string prompt, string first, Action<string>? better, CancellationToken cancellationToken)
    {
        var root = new Node(null, "");
        var child = new Node(root, first);
        root.Children.Add(child);
        List<Node> nodes = [root, child];
        await ScoreAsync(child, cancellationToken).ConfigureAwait(false);
        root.Scores.Add(child.Worth);
        var (best, visits) = (child, 0);
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (nodes.Where(node => node.Children.Count < options.Children && (options.Regenerates || node != root))
                .MaxBy(node => UpperBound(node, iteration)) is not { } chosen)
                break;
            Node made;
            if (chosen == root)
            {
                visits++;
                var before = root.Value;
                var rewritten = await moves.RewriteAsync(prompt, root.Children[^1].Critique, cancellationToken).ConfigureAwait(false);
                made = new(root, await moves.GenerateAsync(rewritten, iteration + 1, cancellationToken).ConfigureAwait(false));
                await ScoreAsync(made, cancellationToken).ConfigureAwait(false);
                if (made.Worth >= before)
                    prompt = rewritten;
                root.Children.Add(made);
                root.Scores.Add(root.Children.Average(each => each.Worth));
            }
            else
            {
                await ScoreAsync(chosen, cancellationToken).ConfigureAwait(false);
                made = new(chosen, await moves.RefineAsync(prompt, chosen.Answer, chosen.Critique, iteration + 1, cancellationToken).ConfigureAwait(false));
                await ScoreAsync(made, cancellationToken).ConfigureAwait(false);
                chosen.Children.Add(made);
            }
            nodes.Add(made);
            var leader = nodes.Skip(1).MaxBy(node => node.Worth)!; // of equals the earliest
            if (leader == best)
                continue;
            best = leader;
            better?.Invoke(best.Answer);
        }
        return new(best.Answer, best.Worth, visits, nodes.Count - 1, nodes.Skip(1).MinBy(node => node.Worth)!.Answer, prompt);
    }

    private double UpperBound(Node node, int iterations) =>
        node.Value + (options.Exploration * Math.Sqrt(Math.Log((node.Parent?.Scores.Count ?? iterations) + 1) / (node.Scores.Count + 1e-5)));

    private async Task ScoreAsync(Node node, CancellationToken cancellationToken)
    {
        var critique = await moves.ScoreAsync(node.Answer, cancellationToken).ConfigureAwait(false);
        node.Scores.Add(critique.Score);
        node.Critique = critique.Text;
    }

    private sealed class Node(Node? parent, string answer)
    {
        public Node? Parent { get; } = parent;

        public string Answer { get; } = answer;

        public List<Node> Children { get; } = [];

        public List<double> Scores { get; } = [];

        public string Critique { get; set; } = "";

        public double Worth => (Scores.Min() + Scores.Average()) / 2;

        public double Value => Children.Count == 0 ? Worth : (Worth + Children.Max(child => child.Worth)) / 2;
    }
}

/// <summary>What tree search needs of the world.</summary>
public interface ITreeSearchMoves
{
    /// <summary>An answer from nothing, under a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="number">A number of this move, for its seed.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<string> GenerateAsync(string prompt, int number, CancellationToken cancellationToken);

    /// <summary>A score and what could be better.</summary>
    Task<Critique> ScoreAsync(string answer, CancellationToken cancellationToken);

    /// <summary>The answer, rewritten by its critique.</summary>
    Task<string> RefineAsync(string prompt, string answer, string critique, int number, CancellationToken cancellationToken);

    /// <summary>The prompt, rewritten by the critique of an answer that it led to.</summary>
    Task<string> RewriteAsync(string prompt, string critique, CancellationToken cancellationToken);
}

/// <summary>What a critic says of an answer.</summary>
/// <param name="Score">How good it is, from 0 to 10.</param>
/// <param name="Text">What could be better.</param>
public sealed record Critique(double Score, string Text);

/// <summary>What a search found.</summary>
/// <param name="Answer">The best answer; of equals the earliest.</param>
/// <param name="Worth">Its worth Q.</param>
/// <param name="RootVisits">How often the prompt was rewritten.</param>
/// <param name="Answers">How many answers were made, the first one too.</param>
/// <param name="Worst">The worst answer: with the best one a preference.</param>
/// <param name="Prompt">The prompt in the end.</param>
public sealed record TreeSearchResult(string Answer, double Worth, int RootVisits, int Answers, string Worst, string Prompt);

/// <summary>How <see cref="PrincipleTreeSearch"/> works.</summary>
public sealed record TreeSearchOptions
{
    /// <summary>Nodes that are expanded, 1 to 1,000.</summary>
    public int Iterations
    {
        get;
        init => field = value is >= 1 and <= 1000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 1,000 nodes are expanded.");
    } = 6;

    /// <summary>Children of a node at most, 1 to 64.</summary>
    public int Children
    {
        get;
        init => field = value is >= 1 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A node has 1 to 64 children.");
    } = 6;

    /// <summary>C: how much a node is worth for having been looked at little, in units of scores from 0 to 10; 0 or more.</summary>
    public double Exploration
    {
        get;
        init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Exploration is 0 or more.");
    } = 2.8;

    /// <summary>Whether the root may rewrite its prompt and begin anew; without it answers are only refined.</summary>
    public bool Regenerates { get; init; } = true;
}
