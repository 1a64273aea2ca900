using System.Globalization;
using Plumbline.Alignment;
using Plumbline.Reproductions.Tabular;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Tabular;
using static TorchSharp.torch;

namespace Plumbline.Reproductions.Papers;

/// <summary>A judge ranks a model's answers; where model and judge agree, the ranking becomes a demonstration that the judge reads next time (018, CycleAlign).</summary>
internal sealed class DemonstrationLoop : IReproduction
{
    private const int Topics = 8, Answers = 4, Agreed = 3, PoolPerTopic = 5, Rounds = 5, Worlds = 4;
    private const double Alone = 0.7, Gain = 0.2, Rate = 0.02;

    public string Number => "018";

    public string Name => "cyclealign";

    public string Claim => "Demonstrations that model and judge agree on make the judge better, and through it the model.";

    public FourFields Fields => new("all weights; no anchor", "four answers of the model's own to each prompt, in five rounds", "a judge who reads a pool of agreed rankings", "list-wise: the best answer, and hinges of every pair");

    public bool HasFastForm => true;

    public string? Missing => "a language model as the judge: here how much a judge learns from demonstrations is set (right in 70 % of pairs without any, up to 90 % with right ones), not measured.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var outcomes = Enum.GetValues<Demonstrations>().ToDictionary(each => each, _ => new List<Outcome>());
        foreach (var (index, seed) in context.Seeds.Index())
        {
            context.Progress?.Report(new JobProgress("worlds", 0, 1, index / (double)context.Seeds.Count, $"seed {seed}"));
            foreach (var (kind, list) in outcomes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Outcome[] runs = [.. Enumerable.Range(0, context.Fast ? 1 : Worlds).Select(world => Run(Worlds * seed + world, kind, context.Fast ? 40 : 160))];
                list.Add(new(runs.Average(run => run.Accuracy), runs.Average(run => run.Reward)));
            }
        }
        double[] Accuracy(Demonstrations kind) => [.. outcomes[kind].Select(each => each.Accuracy)];
        double[] Reward(Demonstrations kind) => [.. outcomes[kind].Select(each => each.Reward)];
        var (distance, loss) = HandExample();
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("distance in the hand example", distance, 0.2),
            Measure.Exact("its loss", loss, 0.7),
            Measure.Exact("answers that the orders (2, 0, 1, 3) and (0, 2, 1, 3) agree on", CommonOrder.Of([2, 0, 1, 3], [0, 2, 1, 3]).Count, 3),
            Measure.Difference("pairs that the judge ranks right in the last round, with demonstrations less without: above 0", Accuracy(Demonstrations.Agreed), Accuracy(Demonstrations.None), context.Seeds),
            Measure.Difference("true reward of the model after five rounds, with demonstrations less without: above 0", Reward(Demonstrations.Agreed), Reward(Demonstrations.None), context.Seeds),
            Measure.Difference("pairs ranked right, demonstrations as agreed less the same in shuffled order: above 0", Accuracy(Demonstrations.Agreed), Accuracy(Demonstrations.Shuffled), context.Seeds),
            Measure.Difference("true reward, as agreed less shuffled: above 0", Reward(Demonstrations.Agreed), Reward(Demonstrations.Shuffled), context.Seeds),
        ];
        var table = new EvidenceTable("Judge and model after five rounds", ["demonstrations", "pairs ranked right", "true reward"],
            [.. outcomes.Select(each => (string[])[each.Key.ToString().ToLowerInvariant(), Text(Accuracy(each.Key).Average()), Text(Reward(each.Key).Average())])]);
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), [table]));
    }

    /// <summary>p = (−.5, −.3, −.9), scores (3, 2, 1).</summary>
    private static (double Distance, double Loss) HandExample()
    {
        using var scope = NewDisposeScope();
        var loss = ListHinge.CycleAlign.Compute(new(tensor([-0.5, -0.3, -0.9]), [[3, 2, 1]]));
        return (loss.Statistics["distance"].item<double>(), loss.Value.item<double>());
    }

    private static Outcome Run(int seed, Demonstrations kind, int prompts)
    {
        var (world, draws) = (TabularWorld.Draw(seed, againstReward: 0), new Draws(seed, "cyclealign"));
        var (policy, pool, accuracy) = (new TabularPolicy(world), Enumerable.Range(0, Topics).Select(_ => new Queue<double>()).ToArray(), 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var (logProbs, lists, rankings) = (policy.LogProbs(), new List<int[]>(), new List<double[]>());
            accuracy = 0;
            for (var prompt = 0; prompt < prompts; prompt++)
            {
                var topic = prompt % Topics;
                var answers = Sample(logProbs, topic, draws);
                var order = Rank(world, answers, Trust(pool[topic]), draws);
                accuracy += Right(world, order) / prompts;
                lists.Add(order);
                rankings.Add([.. order.Select((_, at) => (double)(Answers - at))]);
                Show(world, pool[topic], order, [.. answers.OrderByDescending(answer => logProbs[answer])], kind, draws);
            }
            long[] all = [.. lists.SelectMany(list => list).Select(answer => (long)answer)];
            policy = policy.Copy();
            TabularDescent.Run(policy, current => ListHinge.CycleAlign.Compute(new(current.index_select(0, tensor(all)), rankings)).Value, 30, Rate);
        }
        var after = policy.LogProbs();
        return new(accuracy, Enumerable.Range(0, Topics).Average(topic => world.Rewards.Zip(Shares(after, topic), (reward, share) => reward * share).Sum()));
    }

    /// <summary>Different answers to a prompt on a topic; those belong to it whose number leaves it as a remainder.</summary>
    private static int[] Sample(double[] logProbs, int topic, Draws draws)
    {
        var (shares, answers) = (Shares(logProbs, topic), new List<int>());
        while (answers.Count < Answers)
        {
            answers.Add(draws.NextOf(shares));
            shares[answers[^1]] = 0;
        }
        return [.. answers];
    }

    private static double[] Shares(double[] logProbs, int topic)
    {
        double[] weights = [.. logProbs.Select((logProb, answer) => answer % Topics == topic ? Math.Exp(logProb - logProbs.Max()) + 1e-12 : 0)];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    /// <summary>How often the judge is right on a pair: as good as the demonstrations on this topic are many and right.</summary>
    private static double Trust(Queue<double> demonstrations) => Alone + Gain * Math.Clamp(demonstrations.Sum(right => 2 * right - 1) / PoolPerTopic, -1, 1);

    /// <summary>By how many comparisons each answer wins, each made on its own; the best first.</summary>
    private static int[] Rank(TabularWorld world, int[] answers, double trust, Draws draws)
    {
        var wins = new double[answers.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            for (var j = 0; j < i; j++)
                wins[draws.Chance(trust) == world.Rewards[answers[i]] > world.Rewards[answers[j]] ? i : j]++;
        }
        return [.. answers.Zip(wins).Select(each => (each.First, Key: each.Second + 0.5 * draws.NextDouble())).OrderByDescending(each => each.Key).Select(each => each.First)];
    }

    /// <summary>What judge and model agree on becomes a demonstration; the oldest gives way.</summary>
    private static void Show(TabularWorld world, Queue<double> pool, int[] judge, int[] model, Demonstrations kind, Draws draws)
    {
        if (kind == Demonstrations.None || CommonOrder.Of(judge, model) is not { Count: >= Agreed } agreed)
            return;
        pool.Enqueue(Right(world, kind == Demonstrations.Shuffled ? draws.Shuffle(agreed) : [.. agreed]));
        if (pool.Count > PoolPerTopic)
            pool.Dequeue();
    }

    /// <summary>Share of pairs in the order of their rewards.</summary>
    private static double Right(TabularWorld world, int[] order)
    {
        var right = Enumerable.Range(0, order.Length).Sum(i => order.Skip(i + 1).Count(worse => world.Rewards[order[i]] > world.Rewards[worse]));
        return right / (order.Length * (order.Length - 1) / 2.0);
    }

    private static string Text(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private enum Demonstrations
    {
        None,
        Agreed,
        Shuffled,
    }

    private sealed record Outcome(double Accuracy, double Reward);
}
