using Microsoft.Extensions.AI;
using Plumbline.Models.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Gguf;

/// <summary>What llama.cpp makes of our files, token by token.</summary>
public sealed class LlamaCppTests
{
    public static TheoryData<string> Shapes => [.. Configurations.Keys];

    private static Dictionary<string, DecoderConfig> Configurations { get; } = new()
    {
        ["llama"] = Shape with { TiedEmbeddings = false },
        ["llama biases"] = Shape with { QueryKeyValueBias = true, AttentionOutputBias = true },
        ["llama linear"] = Shape with { RopeScaling = new LinearScaling(4) },
        ["llama llama3"] = Shape with { RopeScaling = new Llama3Scaling(8, 1, 4, 64) },
        ["mistral"] = Shape with { Architecture = DecoderArchitecture.Mistral },
        ["qwen2"] = Shape with { Architecture = DecoderArchitecture.Qwen2, QueryKeyValueBias = true },
        ["qwen2 yarn"] = Shape with { Architecture = DecoderArchitecture.Qwen2, QueryKeyValueBias = true, RopeScaling = new YarnScaling(4, 64, YarnScaling.Sharpening(4)) },
        ["qwen3"] = Shape with { Architecture = DecoderArchitecture.Qwen3, QueryKeyNorm = true, HeadWidth = 32 },
        ["gemma2"] = Gemma with { Architecture = DecoderArchitecture.Gemma2, AttentionSoftCap = 4, LogitSoftCap = 10, AttentionScale = 0.2, SlidingLayers = [true, false] },
        ["gemma3"] = Gemma with { Architecture = DecoderArchitecture.Gemma3, QueryKeyNorm = true, AttentionScale = 0.3, LocalRopeTheta = 10_000, RopeTheta = 1000, SlidingLayers = [true, true] },
        ["phi3"] = Shape with { Architecture = DecoderArchitecture.Phi3, TiedEmbeddings = false, RotaryShare = 0.5 },
        ["phi3 short texts"] = Phi3Long with { RopeScaling = new LongScaling([1, 1.05, 1.1, 1.2, 1.3, 1.5, 1.7, 2], [2, 3, 4, 5, 6, 7, 8, 9], 256, 1.19), MaximumPositions = 512 },
        ["phi3 long texts"] = Phi3Long with { RopeScaling = new LongScaling([1, 1.05, 1.1, 1.2, 1.3, 1.5, 1.7, 2], [2, 3, 4, 5, 6, 7, 8, 9], 8, 1.7) },
        ["gpt2"] = Shape with
        {
            Architecture = DecoderArchitecture.Gpt2,
            KeyValueHeads = 4,
            LearntPositions = true,
            Norm = NormKind.Layer,
            QueryKeyValueBias = true,
            AttentionOutputBias = true,
            FeedForwardBias = true,
            Gated = false,
            Activation = Activation.GeluTanh,
        },
    };

    internal static DecoderConfig Shape => new() { VocabularySize = 1, Width = 64, FeedForwardWidth = 96, Layers = 2, Heads = 4, KeyValueHeads = 2, MaximumPositions = 256, RopeTheta = 500 };

    private static DecoderConfig Phi3Long => Shape with { Architecture = DecoderArchitecture.Phi3, TiedEmbeddings = false };

    private static DecoderConfig Gemma => Shape with
    {
        Norm = NormKind.RootMeanSquarePlusOne,
        SandwichNorms = true,
        Activation = Activation.GeluTanh,
        EmbeddingScale = 8,
        SlidingWindow = 6,
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_architecture_writes_what_it_writes_here(string shape)
    {
        using var folder = new TemporaryFolder();
        using var model = Random(Configurations[shape]);
        GgufFile.Save(model, folder["model.gguf"], GgufType.F32);
        using var generator = new Generator(5);
        int[][] prompts = [.. Enumerable.Range(0, 10).Select(i => randint(7, model.Tokenizer.VocabularySize, [9 + i], generator: generator).data<long>().Select(id => (int)id).ToArray())];
        Assert.Equal(Ours(model, prompts, 16), Theirs(folder["model.gguf"], prompts, 16));
    }

    [Fact]
    public void The_bundled_model_answers_two_hundred_prompts_token_by_token_alike()
    {
        using var folder = new TemporaryFolder();
        using var model = LanguageModel.Load(Bundled());
        GgufFile.Save(model, folder["model.gguf"], GgufType.F32);
        var prompts = Requests(model, 200);
        Assert.Equal(Ours(model, prompts, 48), Theirs(folder["model.gguf"], prompts, 48));
    }

    [Theory]
    [InlineData(GgufType.F16, 0.95)]
    [InlineData(GgufType.Q8, 0.8)]
    public void Rounded_weights_answer_nearly_alike(GgufType type, double share)
    {
        using var folder = new TemporaryFolder();
        using var model = LanguageModel.Load(Bundled());
        GgufFile.Save(model, folder["model.gguf"], type);
        var prompts = Requests(model, 60);
        var same = Ours(model, prompts, 16).Zip(Theirs(folder["model.gguf"], prompts, 16)).Average(pair => pair.First.SequenceEqual(pair.Second) ? 1.0 : 0);
        Assert.True(same >= share, $"{same:P0} of the answers are the same");
    }

    [Theory]
    [InlineData("llama-dynamic", "dynamic")]
    [InlineData("phi3", "head")]
    [InlineData("gemma3", "slide")]
    public void What_llama_cpp_would_compute_otherwise_is_refused(string fixture, string complaint)
    {
        using var decoder = Decoder.Load(Path.Combine(AppContext.BaseDirectory, "Fixtures", "logits", fixture));
        var error = Assert.Throws<InputException>(() => new GgufDialect(decoder.Config, "model.gguf"));
        Assert.Contains(complaint, error.Problem, StringComparison.Ordinal);
    }

    internal static int[][] Ours(LanguageModel model, int[][] prompts, int tokens, params int[] ends) =>
        [.. new BatchGenerator(model).Generate(prompts, new GenerationOptions { MaxNewTokens = tokens, EndTokens = [.. ends] }).Select(completion => completion.Tokens)];

    internal static int[][] Theirs(string path, int[][] prompts, int tokens) => NodeOracle.Ask<int[][]>("llama-cpp", "greedy.mjs", new { path, tokens, prompts });

    /// <summary>Weights far from where training begins, so that no two tokens are nearly as good.</summary>
    internal static LanguageModel Random(DecoderConfig config, Tokenizer? tokenizer = null)
    {
        var model = LanguageModel.Create(config, tokenizer ?? TinyModel.Tokenizer, 1);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var generator = new Generator(3);
        foreach (var (name, parameter) in model.Decoder.named_parameters().OrderBy(each => each.name, StringComparer.Ordinal))
        {
            if (parameter.dim() == 1)
                parameter.PlusInPlace(randn(parameter.shape, generator: generator).Times(0.2));
            else if (name.Contains("embed", StringComparison.Ordinal) || name.Contains("lm_head", StringComparison.Ordinal))
                parameter.copy_(randn(parameter.shape, generator: generator).Times(0.4));
        }
        return model;
    }

    private static int[][] Requests(LanguageModel model, int count)
    {
        string[] goods = ["lamp", "chair", "kettle", "jacket", "radio"], asks = ["Can I return it?", "I have the receipt. Can I return it?", "I lost the receipt. What now?", "Is there a warranty?"];
        return [.. Enumerable.Range(0, count).Select(i => model.Template.Prompt([new ChatMessage(ChatRole.System, $"The till code is {1000 + 37 * i}."),
            new ChatMessage(ChatRole.User, $"I bought this {goods[i % 5]} {3 + i % 90} days ago for {10 + 7 * i % 400} dollars. {asks[i / 5 % 4]}")]))];
    }

    private static string Bundled()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "models", "counter-base", "config.json")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "models", "counter-base");
    }
}
