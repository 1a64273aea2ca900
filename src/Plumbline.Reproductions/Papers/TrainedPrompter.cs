using Plumbline.Training;

namespace Plumbline.Reproductions.Papers;

/// <summary>A trained prompter in front of a frozen model, and the bound on what that loses against training the model (064).</summary>
internal sealed class TrainedPrompter : IReproduction
{
    private const int Rewrites = 8, Answers = 8, Instances = 200, Steps = 2000;
    private const double Price = 0.2, Rate = 2;

    public string Number => "064";

    public string Name => "align-pro";

    public string Claim => "Training only what rewrites the prompt reaches the optimum that its formula states, and loses no more than the bound says against training the model.";

    public FourFields Fields => new("the prompter; the model that answers is frozen", "rewrites of the prompter's own", "the reward of the frozen model's answer", "policy gradient with a price on divergence");

    public bool HasFastForm => true;

    public string? Missing => "a prompter that is a language model: here rewrites and answers are rows and columns of a table, and gradients are exact.";

    public Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        double[] even = [.5, .5], rewards = [.2, .8];
        List<double> reached = [], broken = [], beyond = [], freed = [];
        foreach (var seed in context.Seeds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var instances = Enumerable.Range(0, Instances).Select(index => Instance.Draw(new Draws(seed, "align-pro", index))).ToArray();
            reached.Add(instances.Take(20).Average(each => each.Trained(Steps, Rate, Price) / RegularisedOptimum.Value(each.Prompter, each.Worth, Price)));
            broken.Add(instances.Average(each => each.Gap > each.Bound + 1e-12 ? 1.0 : 0));
            beyond.Add(instances.Average(each => each.Trained(50, Rate, 0.001, rewardOnly: true) > each.Worth.Max() + 1e-12 ? 1.0 : 0));
            freed.Add(instances.Average(each => each.Rewards.Max() > each.Worth.Max() ? 1.0 : 0));
        }
        IReadOnlyList<MeasuredClaim> rows =
        [
            Measure.Exact("two rewrites worth .2 and .8, price 1: share of the better one", RegularisedOptimum.Policy(even, rewards, 1)[1], 0.6457, 5e-5),
            Measure.Exact("the same, value", RegularisedOptimum.Value(even, rewards, 1), 0.54434, 5e-6),
            Measure.Exact("price .2: share of the better one", RegularisedOptimum.Policy(even, rewards, .2)[1], 0.9526, 5e-5),
            Measure.Exact("price .1: value", RegularisedOptimum.Value(even, rewards, .1), 0.73093, 5e-6),
            Measure.Mean("value of the trained prompter over that of the formula: at least 0.98", reached, 0.98, atLeast: true, context.Seeds),
            Measure.Mean("share of instances where the loss against training the model exceeds r_max · TV: 0", broken, 0, atLeast: false, context.Seeds),
            Measure.Mean("share of instances where a prompter beats its best rewrite: 0", beyond, 0, atLeast: false, context.Seeds),
            Measure.Mean("share of instances where training the model beats every prompter, since no rewrite is sure of the best answer: at least 0.99", freed, 0.99, atLeast: true, context.Seeds),
        ];
        return Task.FromResult(new ReproductionResult(Number, Name, Claim, context.Fast, Measure.Timed(rows, context.Clock.GetElapsedTime(start)), []));
    }

    /// <param name="Prompter">Shares of rewrites before training.</param>
    /// <param name="Frozen">What the model answers to each rewrite, [rewrites][answers].</param>
    /// <param name="Rewards">Of each answer, from 0 to 1.</param>
    private sealed record Instance(double[] Prompter, double[][] Frozen, double[] Rewards)
    {
        /// <summary>Expected reward of each rewrite.</summary>
        public double[] Worth { get; } = [.. Frozen.Select(answers => answers.Zip(Rewards, (share, reward) => share * reward).Sum())];

        /// <summary>The model trained at the same price, starting from what it answers behind the untrained prompter.</summary>
        private double[] Model => RegularisedOptimum.Policy(Induced(Prompter), Rewards, Price);

        public double Gap => Model.Zip(Rewards, (share, reward) => share * reward).Sum() - Induced(Best).Zip(Rewards, (share, reward) => share * reward).Sum();

        /// <summary>r_max · TV(model, model behind the trained prompter), in letters of the paper: what separates the two policies is all that can be lost.</summary>
        public double Bound => Rewards.Max() * 0.5 * Model.Zip(Induced(Best), (a, b) => Math.Abs(a - b)).Sum();

        private double[] Best => RegularisedOptimum.Policy(Prompter, Worth, Price);

        public static Instance Draw(Draws draws)
        {
            return new(Shares(Rewrites), [.. Enumerable.Range(0, Rewrites).Select(_ => Shares(Answers))], [.. Enumerable.Range(0, Answers).Select(_ => draws.NextDouble())]);

            double[] Shares(int count)
            {
                var parts = Enumerable.Range(0, count).Select(_ => -Math.Log(1 - draws.NextDouble())).ToArray(); // uniform over all policies
                return [.. parts.Select(part => part / parts.Sum())];
            }
        }

        /// <summary>Gradient ascent on the prompter's logits.</summary>
        public double Trained(int steps, double rate, double price, bool rewardOnly = false)
        {
            double[] policy = [.. Prompter];
            for (var step = 0; step < steps; step++)
            {
                var worth = policy.Select((share, rewrite) => Worth[rewrite] - price * Math.Log(share / Prompter[rewrite])).ToArray();
                var mean = policy.Zip(worth, (share, each) => share * each).Sum();
                policy = RegularisedOptimum.Policy(policy, [.. policy.Zip(worth, (share, each) => share * (each - mean))], 1 / rate);
            }
            var reward = policy.Zip(Worth, (share, each) => share * each).Sum();
            return rewardOnly ? reward : reward - price * RegularisedOptimum.Divergence(policy, Prompter);
        }

        private double[] Induced(double[] prompter) => [.. Enumerable.Range(0, Rewards.Length).Select(answer => prompter.Zip(Frozen, (share, answers) => share * answers[answer]).Sum())];
    }
}
