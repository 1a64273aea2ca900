using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Training;

namespace Plumbline.Bench;

/// <summary>The bundled model: reading a prompt, writing answers one by one and in batches, and a step of training.</summary>
[MemoryDiagnoser]
[SimpleJob(launchCount: 1, warmupCount: 2, iterationCount: 5)]
public class ModelBenchmarks
{
    private const int Rows = 32;
    private static readonly GenerationOptions Written = new() { MaxNewTokens = 64, Temperature = 0.7f, Seed = 1 };

    private LanguageModel _model = null!, _student = null!;
    private int[] _prompt = null!;
    private TokenExample[] _examples = null!;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Open()
    {
        LibTorch.Threads = Threads;
        _model = LanguageModel.Load(BundledModel.Find());
        _student = _model.Clone(trainable: true);
        _prompt = _model.Template.Prompt([new ChatMessage(ChatRole.User, "I bought this lamp 40 days ago. Can I return it?")]);
        _examples = [.. Enumerable.Range(0, Rows).Select(_ => TokenExample.Whole([.. Enumerable.Range(0, 160).Select(i => _prompt[i % _prompt.Length])]))];
    }

    [GlobalCleanup]
    public void Close()
    {
        _model.Dispose();
        _student.Dispose();
    }

    [Benchmark]
    public int AnswerOne() => Tokens(new BatchGenerator(_model).Generate([_prompt], Written));

    [Benchmark]
    public int AnswerThirtyTwo() => Tokens(new BatchGenerator(_model).Generate([.. Enumerable.Repeat(_prompt, Rows)], Written));

    /// <summary>Forward, backward and update over 32 × 160 = 5 120 tokens.</summary>
    [Benchmark]
    public void TrainingStep() =>
        SupervisedTraining.Run(_student.Decoder, _ => _examples, 512, new TrainingOptions { Steps = 1, LearningRate = new Schedule(1e-6) }, null, default);

    private static int Tokens(IReadOnlyList<Completion> completions) => completions.Sum(completion => completion.Tokens.Length);
}
