using System.Text.Json;
using Plumbline.Alignment;
using Plumbline.Training.Objectives;

namespace Plumbline.Cli.Tests;

public sealed class RecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Shipped => [.. ShippedRecipes.All.Select(recipe => recipe.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_shipped_recipe_trains_and_is_listed()
    {
        var model = TinyModelFolder.Write(Path.Combine(_folder.Path, "tiny"));
        var data = Data();
        var listed = JsonDocument.Parse((await CommandLine.RunAsync("train", "--list", "--json")).Output).RootElement.EnumerateArray().Select(each => each.GetProperty("name").GetString()).ToHashSet();
        Assert.True(ShippedRecipes.All.Count >= 40);
        string? reward = null;
        foreach (var recipe in ShippedRecipes.All)
        {
            Assert.Contains(recipe.Name, listed);
            var run = Path.Combine(_folder.Path, recipe.Name);
            string[] given = recipe.Name switch
            {
                "grpo-checker" => ["--spec", Counter, "--set", "algorithm.answers=2", "--set", "algorithm.answer-tokens=8"],
                "grpo-command" => ["--data", data["prompt"], "--set", "feedback.command=while read line; do echo 1; done", "--set", "algorithm.answers=2", "--set", "algorithm.answer-tokens=8"],
                _ when recipe.Choices.Feedback == "reward-model" => ["--data", data["prompt"], "--set", $"feedback.model={reward ??= await RewardAsync(model, data["preference"])}", "--set", "algorithm.answers=2", "--set", "algorithm.answer-tokens=8"],
                _ => ["--data", data[recipe.Choices.Data]],
            };
            var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, ["train", "--recipe", recipe.Name, "--model", model, "--out", run, "--threads", "1", "--json", "--set", "algorithm.steps=2", "--set", "algorithm.batch=3", .. given]);
            Assert.True(ran.Code == 0, $"{recipe.Name}: {ran.Error}");
            Assert.Equal(2, JsonDocument.Parse(ran.Output).RootElement.GetProperty("steps").GetInt32());
            Assert.Equal(2, RecipeFile.Load(Path.Combine(run, "recipe.yaml")).Request("elsewhere").Steps);
        }
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_shipped_recipe_is_short_and_named_like_its_file(string name)
    {
        var recipe = ShippedRecipes.Find(name);
        Assert.InRange(recipe.Text.Split('\n').Count(line => line.Trim().Length > 0), 10, 22);
        Assert.DoesNotContain("recipes/", recipe.About, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_becomes_a_request_and_the_command_line_wins()
    {
        var recipe = RecipeFile.Parse(Mine, "mine.yaml", "/data/recipes").With("algorithm.batch", ["7"], "--set algorithm.batch").With("algorithm.settings.gamma", ["0.9"], "--set algorithm.settings.gamma");
        var request = recipe.Request("runs/mine", seed: 4, threads: 1);
        Assert.Equal((FineTuningMethod.Dpo, "simpo", 7, 30, 4), (request.Method, request.Loss, request.Batch, request.Steps, request.Seed));
        Assert.Equal(new Dictionary<string, double> { ["beta"] = 2.5, ["gamma"] = 0.9 }, request.Settings);
        Assert.Equal(["/data/pairs/a.jsonl"], request.Data);
        Assert.Equal(new AdapterRequest(8, 16, [], 0), request.Adapter! with { Targets = [] });
        Assert.Equal(["q_proj", "v_proj"], request.Adapter.Targets);
    }

    [Fact]
    public void A_recipe_says_all_that_the_methods_of_own_answers_can_be_told()
    {
        string[] reward = ["feedback: { from: command, command: score }", "data: { files: a.jsonl }"];
        FineTuningRequest Of(params string[] lines) => RecipeFile.Parse(string.Join('\n', ["recipe: r", "about: a", .. lines, reward[1]]), "r.yaml", "/data").Request("runs/r");
        var group = Of("algorithm: { method: grpo, baseline: leave-one-out, scale-by-deviation: none, loss-type: dr-grpo, importance-sampling-level: sequence, kl: k1, kl-in: reward, updates: 3, settings: { beta: 0.5, epsilon: 0.1, epsilon-high: 0.28 }, answer-tokens: 99 }", reward[0]);
        Assert.Equal((new GroupPolicyGradient(0.1, 0.5)
        {
            ClipAbove = 0.28,
            Baseline = GroupBaseline.LeaveOneOut,
            Scale = DeviationScale.None,
            Mean = LossMean.Length,
            Length = 99,
            SequenceRatio = true,
            Estimate = DivergenceEstimate.K1,
            DivergenceInReward = true,
        }, 3), (group.Group, group.Updates));
        var critic = Of("algorithm: { method: ppo, whiten-advantages: false, minibatches: 4, critic-warmup: 5, settings: { beta: 0, gamma: 0.9, clip-values: 0, critic-learning-rate: 1e-3 } }", reward[0]);
        Assert.Equal(new ProximalPolicyOptimization { WhitenAdvantages = false, Minibatches = 4, DivergencePrice = 0, Discount = 0.9, ClipValues = null, CriticWarmUp = 5 }, critic.Proximal);
        Assert.Equal((1, 1e-3), (critic.Answers, critic.Critic!.LearningRate));
        var online = Of("model: { anchor: [behaviour=0.67, start=0.33] }", "algorithm: { method: online-dpo, loss: ipo, round-steps: 7, pair-epochs: 2, pairs-per-update: 9 }", "feedback: { from: command, command: score, pairs: threshold, threshold: 0.8 }");
        Assert.Equal(new OnlineRequest { Labels = "threshold", Threshold = 0.8, Anchor = "behaviour=0.67,start=0.33", StepsPerRound = 7, Epochs = 2, PairsPerUpdate = 9 }, online.Online);
        Assert.Equal(("ipo", 4), (online.Loss, online.Answers));
    }

    [Theory]
    [InlineData("algorithm: { method: grpo, minibatches: 2 }", "'algorithm.minibatches' is nothing that the method 'grpo' has")]
    [InlineData("algorithm: { method: ppo, baseline: mean }", "'algorithm.baseline' is nothing that the method 'ppo' has")]
    [InlineData("algorithm: { method: ppo, critic-warmup: 2.5 }", "a whole number from 0")]
    [InlineData("algorithm: { method: grpo, loss-type: dr-grop }", "Did you mean 'dr-grpo'?")]
    [InlineData("algorithm: { method: ppo, settings: { gama: 1 } }", "Did you mean 'gamma'?")]
    [InlineData("algorithm: { method: online-dpo, updates: 2 }", "'algorithm.updates' is nothing that the method 'online-dpo' has")]
    [InlineData("algorithm: { method: online-dpo, loss: kto }", "kto")]
    [InlineData("model: { anchor: behavior }\nalgorithm: { method: online-dpo }", "'behavior' is no moment")]
    [InlineData("model: { anchor: behaviour=0.5 }\nalgorithm: { method: online-dpo }", "the weights add up to 0.5")]
    [InlineData("model: { stages: 2 }\nalgorithm: { method: online-dpo }", "'model.stages' is nothing that the method 'online-dpo' has")]
    public void What_does_not_go_together_with_own_answers_is_refused(string lines, string said)
    {
        var recipe = RecipeFile.Parse($"recipe: r\nabout: a\ndata: {{ files: a.jsonl }}\nfeedback: {{ from: command, command: score }}\n{lines}", "r.yaml", "/data");
        Assert.Contains(said, Assert.Throws<InputException>(() => recipe.Request("runs/r")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_run_keeps_reads_as_the_same_request_from_any_folder()
    {
        var request = RecipeFile.Parse(Mine, "mine.yaml", "/data/recipes").Request("runs/mine");
        var again = RecipeFile.Parse(request.Recipe!, "recipe.yaml", "/somewhere/else").Request("runs/mine");
        Assert.Equal(JsonSerializer.Serialize(request), JsonSerializer.Serialize(again));
    }

    [Theory]
    [InlineData("batch: 16", "bach: 16", "mine.yaml:15:3", "Did you mean 'batch'?")]
    [InlineData("data:", "dat:", "mine.yaml:7:1", "Did you mean 'data'?")]
    [InlineData("batch: 16", "batch: many", "mine.yaml:15:10", "a whole number from 1")]
    [InlineData("loss: simpo", "loss: simpoo", "mine.yaml:12:9", "Did you mean 'simpo'?")]
    [InlineData("beta: 2.5", "bta: 2.5", "mine.yaml:12:9", "'simpo' has no such setting")]
    [InlineData("method: dpo", "method: dop", "mine.yaml:11:11", "Did you mean 'dpo'?")]
    [InlineData("  method: dpo\n", "", "mine.yaml", "no 'algorithm.method'")]
    [InlineData("anchor: none", "anchor: start", "mine.yaml:6:11", "Expected none")]
    [InlineData("from: pairs", "from: labels", "mine.yaml:9:19", "Expected pairs")]
    [InlineData("  files: ../pairs/a.jsonl\n", "  shape: preference\n", "mine.yaml", "--data FILE")]
    [InlineData("base: bundled", "base: nowhere", "mine.yaml:4:9", "there is no folder")]
    [InlineData("recipe: mine", "recipe: [", "mine.yaml", "not YAML")]
    [InlineData("batch: 16", "batch: &a 16", "mine.yaml:15:10", "anchors and aliases")]
    public void A_mistake_is_named_with_its_place_and_what_was_expected(string right, string wrong, string place, string words)
    {
        var problem = Assert.Throws<InputException>(() => RecipeFile.Parse(Mine.Replace(right, wrong, StringComparison.Ordinal), "mine.yaml", "/data/recipes").Request("runs/mine"));
        Assert.StartsWith(place, problem.Message, StringComparison.Ordinal);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Did you mean 'simpo'?", "--recipe", "simpoo")]
    [InlineData("Did you mean 'batch'?", "--recipe", "simpo", "--set", "algorithm.bach=3")]
    [InlineData("expected a key and a value", "--recipe", "simpo", "--set", "algorithm.batch")]
    [InlineData("--data FILE", "--recipe", "simpo")]
    [InlineData("--spec FILE", "--recipe", "grpo-checker")]
    [InlineData("Name a method")]
    [InlineData("--data is of a recipe", "--list", "--data", "x.jsonl")]
    public async Task What_makes_no_sense_on_the_command_line_is_refused(string words, params string[] rest)
    {
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, ["train", .. rest]);
        Assert.Equal(2, ran.Code);
        Assert.Contains(words, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_is_shown_as_it_is_and_with_what_the_command_line_changes()
    {
        Assert.Equal(ShippedRecipes.Find("simpo").Text, (await CommandLine.RunAsync("train", "--recipe", "simpo", "--print")).Output);
        Assert.Contains("batch: 3\n", (await CommandLine.RunAsync("train", "--recipe", "simpo", "--set", "algorithm.batch=3", "--print")).Output, StringComparison.Ordinal);
    }

    private const string Mine = """
        recipe: mine
        about: "Better: without a reference"
        model:
          base: bundled
          adapter: { rank: 8, targets: [q_proj, v_proj] }
          anchor: none
        data:
          files: ../pairs/a.jsonl
        feedback: { from: pairs }
        algorithm:
          method: dpo
          loss: simpo
          settings: { beta: 2.5, gamma: 1 }
          steps: 30
          batch: 16
        """;

    private static string Counter { get; } = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(BundledModel.Find()))!, "examples", "counter", "counter.spec.yaml");

    private async Task<string> RewardAsync(string model, string pairs)
    {
        var run = Path.Combine(_folder.Path, "judge");
        var ran = await CommandLine.RunAsync(Rooms.OfThisHouse, "train", "reward", "--model", model, "--data", pairs, "--out", run, "--steps", "1", "--batch", "2", "--threads", "1");
        Assert.Equal(0, ran.Code);
        return Path.Combine(run, "model");
    }

    private Dictionary<string, string> Data()
    {
        return new()
        {
            ["messages"] = File("messages", i => new { messages = new[] { new { role = "user", content = $"Lamp {i}?" }, new { role = "assistant", content = "Yes." } } }),
            ["preference"] = File("pairs", i => new { prompt = $"Can I return lamp {i}?", chosen = $"Yes, within {i} days.", rejected = "No.", margin = 0.5, weight = 1 }),
            ["labelled"] = File("labelled", i => new { prompt = $"Lamp {i}?", completion = $"Yes, {i}.", label = i % 2 == 0 }),
            ["rated"] = File("rated", i => new { prompt = $"Lamp {i}?", completion = $"Yes, {i}.", rating = 1 + i % 5 }),
            ["prompt"] = File("prompts", i => new { prompt = $"Lamp {i}?" }),
        };

        string File(string name, Func<int, object> row) => _folder.File($"{name}.jsonl", string.Concat(Enumerable.Range(0, 6).Select(i => JsonSerializer.Serialize(row(i)) + "\n")));
    }
}
