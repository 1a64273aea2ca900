using System.Text.Json;
using Plumbline.Models;

namespace Plumbline.Alignment.Tests;

/// <summary>Training on files with the bundled model, a few steps: stopped at random and taken up, the same weights; every reward; what comes out.</summary>
public sealed class FineTuningJobTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-train-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<FineTuningMethod, bool> Methods => new()
    {
        { FineTuningMethod.Sft, false }, { FineTuningMethod.Sft, true }, { FineTuningMethod.Dpo, false }, { FineTuningMethod.Dpo, true }, { FineTuningMethod.Kto, false }, { FineTuningMethod.Kto, true }, { FineTuningMethod.Grpo, false }, { FineTuningMethod.Grpo, true },
        { FineTuningMethod.Ppo, false }, { FineTuningMethod.Ppo, true }, { FineTuningMethod.OnlineDpo, false }, { FineTuningMethod.OnlineDpo, true }, { FineTuningMethod.Reward, false },
    };

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Stopped_at_a_random_moment_and_taken_up_it_ends_with_the_same_weights(FineTuningMethod method, bool adapter)
    {
        var straight = await new FineTuningJob(Request(method, "straight", adapter)).RunAsync(null, Stop);
        var draws = new Draws(Environment.TickCount64, "stop");
        using var stop = new CancellationTokenSource();
        var reports = draws.Between(1, 6);
        var job = new FineTuningJob(Request(method, "stopped", adapter));
        var ended = await Record.ExceptionAsync(() => job.RunAsync(new Counting(_ =>
        {
            if (--reports == 0)
                stop.Cancel();
        }), stop.Token));
        Assert.True(ended is null or OperationCanceledException, $"{ended}");
        File.Delete(Path.Combine(_folder, "data.jsonl")); // the run keeps its own copy once it was read
        var resumed = Directory.Exists(Path.Combine(_folder, "stopped", "data")) || Directory.Exists(Path.Combine(_folder, "stopped", "model")) || Directory.Exists(Path.Combine(_folder, "stopped", "adapter"));
        Assert.True(resumed);
        Data();
        var taken = await FineTuningJob.Resume(Path.Combine(_folder, "stopped"), method).RunAsync(null, Stop);
        var file = adapter ? Adapter.WeightsName : LanguageModel.WeightsName;
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(straight.ModelDirectory, file), Stop), await File.ReadAllBytesAsync(Path.Combine(taken.ModelDirectory, file), Stop));
        Assert.Equal(straight.After, taken.After);
        Assert.Contains("## Data", await File.ReadAllTextAsync(Path.Combine(taken.ModelDirectory, "README.md"), Stop), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "stopped", "checkpoint")));
        Assert.Equal(taken.Steps, (await FineTuningJob.Resume(Path.Combine(_folder, "stopped"), method).RunAsync(null, Stop)).Steps); // done is done
    }

    [Theory]
    [InlineData(FineTuningMethod.Dpo, false, "model", "model.layers.2.self_attn.v_proj.weight")] // one number in the middle, by its last bit
    [InlineData(FineTuningMethod.Sft, true, "model", "model.layers.2.self_attn.v_proj.weight")]
    [InlineData(FineTuningMethod.Grpo, false, "model", "tokenizer_config.json")]
    [InlineData(FineTuningMethod.Grpo, false, "reward", "model.layers.0.mlp.down_proj.weight")]
    public async Task A_run_is_not_taken_up_from_anything_else_than_it_began_from(FineTuningMethod method, bool adapter, string what, string part)
    {
        var (model, reward) = (Path.Combine(_folder, "model"), Path.Combine(_folder, "reward"));
        using (var bundled = LanguageModel.Load(BundledModel.Find()))
        {
            bundled.Save(model);
            using var worth = RewardModel.Create(bundled);
            worth.Save(reward);
        }
        using var stop = new CancellationTokenSource();
        var request = Request(method, "run", adapter) with { ModelDirectory = model, Evaluation = [], Reward = method == FineTuningMethod.Grpo ? new RewardSource(ModelDirectory: reward) : null };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new FineTuningJob(request).RunAsync(new Counting(_ => stop.Cancel()), stop.Token));
        Change(Path.Combine(_folder, what), part);
        var problem = await Assert.ThrowsAsync<InputException>(() => FineTuningJob.Resume(Path.Combine(_folder, "run"), method).RunAsync(null, Stop));
        Assert.Equal(Path.Combine(_folder, what, part), problem.Place);
        Assert.Contains("not what it was when the run began", problem.Problem, StringComparison.Ordinal);
        Change(Path.Combine(_folder, what), part); // back again
        Assert.Equal(3, (await FineTuningJob.Resume(Path.Combine(_folder, "run"), method).RunAsync(null, Stop)).Steps);
    }

    /// <summary>Flips one bit of the number in the middle of a tensor, or adds or takes a space at the end of a file.</summary>
    private static void Change(string folder, string part)
    {
        if (File.Exists(Path.Combine(folder, part)))
        {
            var text = File.ReadAllText(Path.Combine(folder, part));
            File.WriteAllText(Path.Combine(folder, part), text.EndsWith(' ') ? text[..^1] : text + " ");
            return;
        }
        using var file = new FileStream(Path.Combine(folder, LanguageModel.WeightsName), FileMode.Open);
        var length = new byte[8];
        file.ReadExactly(length);
        var header = new byte[BitConverter.ToInt64(length)];
        file.ReadExactly(header);
        var offsets = JsonDocument.Parse(header).RootElement.GetProperty(part).GetProperty("data_offsets");
        file.Position = 8 + header.Length + (offsets[0].GetInt64() + offsets[1].GetInt64()) / 8 * 4;
        var last = file.ReadByte() ^ 1; // little endian: the last bit of a float32
        file.Position--;
        file.WriteByte((byte)last);
    }

    [Fact]
    public async Task A_reward_model_that_was_trained_here_is_the_reward_of_reinforcement()
    {
        var reward = await new FineTuningJob(Request(FineTuningMethod.Reward, "reward")).RunAsync(null, Stop);
        Assert.Equal(Math.Log(2), reward.Before["loss"], 1e-4);
        using (var model = RewardModel.Load(reward.ModelDirectory))
            Assert.True(double.IsFinite(model.Score([new Microsoft.Extensions.AI.ChatMessage(Microsoft.Extensions.AI.ChatRole.User, "Can I return it?")], new Microsoft.Extensions.AI.ChatMessage(Microsoft.Extensions.AI.ChatRole.Assistant, "Yes."))));
        using (var config = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(reward.ModelDirectory, "config.json"), Stop)))
        {
            Assert.Equal("LlamaForSequenceClassification", config.RootElement.GetProperty("architectures")[0].GetString());
            Assert.Single(config.RootElement.GetProperty("id2label").EnumerateObject());
        }
        var reinforced = await new FineTuningJob(Request(FineTuningMethod.Grpo, "grpo") with { Reward = new RewardSource(ModelDirectory: reward.ModelDirectory) }).RunAsync(null, Stop);
        Assert.True(double.IsFinite(reinforced.After["reward"]));
        var proximal = await new FineTuningJob(Request(FineTuningMethod.Ppo, "ppo") with { Reward = new RewardSource(ModelDirectory: reward.ModelDirectory) }).RunAsync(null, Stop);
        Assert.Contains("critic the reward model", await File.ReadAllTextAsync(Path.Combine(proximal.ModelDirectory, "README.md"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_critic_that_reads_other_tokens_is_refused()
    {
        using (var other = LanguageModel.Create(new DecoderConfig { VocabularySize = 1, Width = 16, FeedForwardWidth = 16, Layers = 1, Heads = 2, KeyValueHeads = 1, MaximumPositions = 64 }, Tokenizer.Train(["other words"], 280), 1))
        using (var critic = RewardModel.Create(other))
            critic.Save(Path.Combine(_folder, "critic"));
        var said = await Assert.ThrowsAsync<InputException>(() => new FineTuningJob(Request(FineTuningMethod.Ppo, "run") with { Critic = new CriticRequest(Path.Combine(_folder, "critic"), 1e-3) }).RunAsync(null, Stop));
        Assert.Contains("other tokens than the policy", said.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 3", "ended with code 3")]
    [InlineData("echo no 1>&2; exit 1", "code 1: no")]
    [InlineData("cat >/dev/null; echo 1", "wrote 1 numbers for 8 answers")]
    [InlineData("while read l; do echo good; done", "'good' is not a finite number")]
    [InlineData("while read l; do echo nan; done", "not a finite number")]
    [InlineData("cat >/dev/null; yes 1 | head -100", "more than was asked for")]
    [InlineData("sleep 30", "not done with 8 answers after 1 seconds")]
    public async Task A_reward_program_that_fails_says_how(string command, string words)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The programs are shell scripts.");
        var said = await Assert.ThrowsAsync<InputException>(() => new FineTuningJob(Request(FineTuningMethod.Grpo, "run") with { Evaluation = [], Reward = new RewardSource(Command: command, SecondsPerStep: 1) }).RunAsync(null, Stop));
        Assert.StartsWith("--reward-command", said.Place, StringComparison.Ordinal);
        Assert.Contains(words, said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_rows_are_skipped_counted_and_kept_in_the_card_or_end_the_run()
    {
        await File.AppendAllTextAsync(Data(), "{\"prompt\": 7}\n", Stop);
        var outcome = await new FineTuningJob(Request(FineTuningMethod.Sft, "loose", keepData: true)).RunAsync(null, Stop);
        Assert.Equal((13L, 1L, 12), (outcome.Data!.Rows, outcome.Data.Skipped, outcome.Data.Examples));
        Assert.Contains("data.jsonl:13", Assert.Single(outcome.Data.Problems), StringComparison.Ordinal);
        Assert.Contains("1 of them skipped", await File.ReadAllTextAsync(Path.Combine(outcome.ModelDirectory, "README.md"), Stop), StringComparison.Ordinal);
        Assert.Equal($"{Path.Combine(_folder, "data.jsonl")}:13: prompt", (await Assert.ThrowsAsync<InputException>(() => new FineTuningJob(Request(FineTuningMethod.Sft, "strict", keepData: true) with { Strict = true }).RunAsync(null, Stop))).Place);
    }

    [Fact]
    public async Task What_cannot_be_trained_is_refused_before_a_run_is_begun()
    {
        var request = Request(FineTuningMethod.Sft, "run");
        await Assert.ThrowsAsync<InputException>(() => new FineTuningJob(request with { Data = [Path.Combine(_folder, "nothing.jsonl")] }).RunAsync(null, Stop));
        await Assert.ThrowsAsync<InputException>(() => new FineTuningJob(request with { ModelDirectory = _folder }).RunAsync(null, Stop));
        Assert.False(Directory.Exists(Path.Combine(_folder, "run")));
        await new FineTuningJob(request).RunAsync(null, Stop);
        Assert.Contains("not 'train dpo'", (await Assert.ThrowsAsync<InputException>(() => FineTuningJob.Resume(Path.Combine(_folder, "run"), FineTuningMethod.Dpo).RunAsync(null, Stop))).Message, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Data()
    {
        var file = Path.Combine(_folder, "data.jsonl");
        File.WriteAllLines(file, Enumerable.Range(0, 12).Select(i => JsonSerializer.Serialize(new { prompt = $"I bought this lamp {i * 7} days ago. Can I return it?", completion = "Yes.", chosen = $"Yes, within {i} days.", rejected = "No." })));
        return file;
    }

    private FineTuningRequest Request(FineTuningMethod method, string run, bool adapter = false, bool keepData = false) => new()
    {
        Method = method,
        Loss = method == FineTuningMethod.Kto ? "kto" : "dpo",
        ModelDirectory = BundledModel.Find(),
        RunDirectory = Path.Combine(_folder, run),
        Data = [keepData ? Path.Combine(_folder, "data.jsonl") : Data()],
        Evaluation = [keepData ? Path.Combine(_folder, "data.jsonl") : Data()],
        Steps = 3,
        Batch = 4,
        LearningRate = 1e-3,
        Threads = 1,
        Answers = 2,
        AnswerTokens = 12,
        Adapter = adapter ? new AdapterRequest(4, 8, [], 0.1) : null,
        Online = new OnlineRequest { Anchor = "start=0.5,earlier=0.5" },
        Reward = method is FineTuningMethod.Grpo or FineTuningMethod.Ppo or FineTuningMethod.OnlineDpo ? new RewardSource(SpecificationPath: null, Command: "while read line; do echo ${#line}; done") : null,
    };

    private sealed class Counting(Action<JobProgress> report) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => report(value);
    }
}
