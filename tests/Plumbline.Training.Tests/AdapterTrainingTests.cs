using Plumbline.Models;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests;

/// <summary>Training less than all weights.</summary>
public sealed class AdapterTrainingTests
{
    public static TheoryData<string> Kinds => ["LoRA", "rsLoRA", "DoRA", "experts", "soft prompt", "control tokens"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_adapter_learns_a_text_and_the_weights_stay(string kind)
    {
        using var model = Outspoken();
        using var adapter = Make(kind, model);
        model.Decoder.Attach(adapter);
        var before = TinyModel.Bytes(model.Decoder);
        var reports = new Reports();
        int[] prompt = adapter is ControlTokens control ? [control["<|good|>"], 20, 21] : [20, 21];
        SupervisedTraining.Run(model.Decoder, _ => [TokenExample.Completion(prompt, [30, 31, 32])], 16, Options(150) with { ReportEvery = 1 }, reports, default);
        // Inputs alone do not make a random model say a text by heart; a change of its matrices does.
        var most = adapter is LowRankAdapter ? 0.3 * reports.All[0].Loss : reports.All[0].Loss - 1;
        Assert.True(reports.All[^1].Loss < most, $"{reports.All[0].Loss} to {reports.All[^1].Loss}");
        Assert.Equal(before, TinyModel.Bytes(model.Decoder));
        Assert.All(model.Decoder.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.grad is null)); // none was ever made
    }

    [Fact]
    public void The_reference_of_a_policy_with_an_adapter_is_the_policy_without()
    {
        using var model = TinyModel.Make();
        using var adapter = Make("LoRA", model);
        model.Decoder.Attach(adapter);
        PairExample[] pairs = [.. Enumerable.Range(0, 6).Select(index => new PairExample(TinyModel.Text(1, 2 * index), TinyModel.Text(1, 2 * index + 1)))];
        Assert.Equal(Math.Log(2), FirstLoss(), 1e-6); // B is 0: policy and reference are the same
        using (no_grad())
        {
            foreach (var (_, parameter) in adapter.Parameters)
                parameter.PlusInPlace(0.3);
        }
        Assert.NotEqual(Math.Log(2), FirstLoss(), 1e-3); // were it the policy as it is now, it would be ln 2 again

        double FirstLoss()
        {
            var reports = new Reports();
            PreferenceTraining.Run(model.Decoder, pairs, _ => [0, 1, 2, 3, 4, 5], new DirectPreferenceOptimization(0.5), 64, Options(1) with { LearningRate = new Schedule(0) }, reports, default);
            return reports.All[0].Loss;
        }
    }

    [Fact]
    public void A_policy_whose_weights_are_trained_is_not_its_own_reference()
    {
        using var model = TinyModel.Make();
        var problem = Assert.Throws<ArgumentException>(() => PolicyGradientTraining.Run(model.Decoder, model.Decoder, _ => [], new GroupPolicyGradient(), 16, Options(1), null, default));
        Assert.Contains("give a copy", problem.Message, StringComparison.Ordinal);
    }

    [Fact] // two texts that differ in the control token and in how they go on (109, MEET)
    public void Control_tokens_part_what_is_said_and_training_everything_then_moves_the_weights()
    {
        using var model = Outspoken();
        using var control = ControlTokens.Create(model.Decoder, ["<|good|>", "<|bad|>"], 1);
        model.Decoder.Attach(control);
        TokenExample[] texts = [TokenExample.Completion([control["<|good|>"], 20], [30, 31]), TokenExample.Completion([control["<|bad|>"], 20], [40, 41])];
        var start = Separation();
        SupervisedTraining.Run(model.Decoder, _ => texts, 16, Options(150), null, default);
        var first = Separation();
        var frozen = TinyModel.Bytes(model.Decoder);
        SupervisedTraining.Run(model.Decoder, _ => texts, 16, Options(60) with { Parameters = ParameterGroup.Everything }, null, default);
        Assert.True(first > start + 1, $"{start} to {first}");
        Assert.True(Separation() > first);
        Assert.NotEqual(frozen, TinyModel.Bytes(model.Decoder));

        // How much likelier each answer is under its own token than under the other.
        double Separation()
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            TokenExample[] crossed = [TokenExample.Completion([control["<|bad|>"], 20], [30, 31]), TokenExample.Completion([control["<|good|>"], 20], [40, 41])];
            using var logits = new LogitsBuffer();
            var sums = SequenceScores.Of(model.Decoder, [.. texts, .. crossed], 16, logits).Sums(4);
            return (sums[0] - sums[2]).item<float>() + (sums[1] - sums[3]).item<float>();
        }
    }

    [Fact]
    public void What_is_trained_is_a_choice_of_the_recipe()
    {
        using var model = TinyModel.Make();
        Assert.Equal("all-weights", ParameterGroup.Weights.Choice(model.Decoder).Name);
        Assert.Throws<ArgumentException>(() => SupervisedTraining.Run(model.Decoder, _ => [TinyModel.Text(1, 1)], 64, Options(1) with { Parameters = ParameterGroup.Adapter }, null, default));
        foreach (var (kind, name) in ((string, string)[])[("LoRA", "low-rank-adapter"), ("soft prompt", "soft-prompt"), ("control tokens", "control-tokens")])
        {
            using var adapter = Make(kind, model);
            model.Decoder.Attach(adapter);
            var recipe = new Recipe(ParameterGroup.Adapter.Choice(model.Decoder), new("texts", "texts") { Brings = ["weight"] }, new("none", "nobody"), RecipeChoice.Likelihood);
            Assert.StartsWith(name, recipe.ToString(), StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => SupervisedTraining.Run(model.Decoder, _ => [TinyModel.Text(1, 1)], 64, Options(1) with { Parameters = ParameterGroup.Weights }, null, default));
        }
    }

    [Fact]
    public void Trained_saved_and_read_an_adapter_says_the_same_and_merged_nearly_the_same()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make();
        using var adapter = Make("DoRA", model);
        model.Decoder.Attach(adapter);
        SupervisedTraining.Run(model.Decoder, _ => [TinyModel.Text(1, 1)], 64, Options(20), null, default);
        var trained = Score();
        adapter.Save(folder.Path);
        using var read = LowRankAdapter.Load(folder.Path);
        model.Decoder.Attach(read);
        Assert.Equal(trained, Score());
        read.MergeInto(model.Decoder);
        Assert.Null(model.Decoder.Adapter);
        Assert.Equal(trained, Score(), 1e-3f);

        float Score()
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            using var logits = new LogitsBuffer();
            return SequenceScores.Of(model.Decoder, [TinyModel.Text(1, 1)], 64, logits).LogProbs.sum().item<float>();
        }
    }

    /// <summary>A model whose embeddings are large enough for sharp answers even if they are never trained.</summary>
    private static LanguageModel Outspoken()
    {
        var model = TinyModel.Make();
        using var off = no_grad();
        model.Decoder.named_parameters().Single(each => each.name == "model.embed_tokens.weight").parameter.TimesInPlace(50);
        return model;
    }

    private static Adapter Make(string kind, LanguageModel model) => kind switch
    {
        "LoRA" => LowRankAdapter.Create(new(4, 8) { Dropout = 0.1 }, model.Decoder, 1),
        "experts" => LowRankAdapter.Create(new(4, 8) { StepTokens = [21, 31] }, model.Decoder, 1),
        "rsLoRA" => LowRankAdapter.Create(new(4, 8, RankStabilised: true) { TargetModules = ["q_proj", "v_proj", "down_proj"] }, model.Decoder, 1),
        "DoRA" => LowRankAdapter.Create(new(4, 8, WeightDecomposed: true), model.Decoder, 1),
        "soft prompt" => SoftPrompt.Create(model.Decoder, 8, 1),
        _ => ControlTokens.Create(model.Decoder, ["<|good|>", "<|bad|>"], 1),
    };

    private static TrainingOptions Options(int steps) => new() { Steps = steps, LearningRate = new Schedule(2e-2, 2), Optimiser = new AdamWOptions { WeightDecay = 0 } };
}
