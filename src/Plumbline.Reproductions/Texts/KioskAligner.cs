using Plumbline.Deliberation;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Training.Objectives;
using Plumbline.Worlds.Kiosk;

namespace Plumbline.Reproductions.Texts;

/// <summary>A rewriter and an inspector for one criterion of answers at a kiosk, made from spoilt and mended answers of one model.</summary>
internal sealed class KioskAligner : IDisposable
{
    private const int PerStep = 32, Longest = 72;
    private static readonly string[] Joints = [" said", " better"];
    private readonly SmallModel _rewriter;
    private readonly RewardModel _inspector;

    private KioskAligner(string criterion, SmallModel rewriter, RewardModel inspector) => (Criterion, _rewriter, _inspector) = (criterion, rewriter, inspector);

    public string Criterion { get; }

    /// <summary>Trains both.</summary>
    /// <param name="seed">Of weights and order.</param>
    /// <param name="criterion">What it is called.</param>
    /// <param name="triples">Request, bad answer, good answer.</param>
    /// <param name="steps">Steps of the rewriter; the inspector starts from it and takes half as many.</param>
    /// <param name="cancel">Stops after a step.</param>
    public static KioskAligner Train(int seed, string criterion, IReadOnlyList<(string Request, string Bad, string Good)> triples, int steps, CancellationToken cancel)
    {
        var rewriter = SmallModel.Create(seed, [.. KioskWorld.Words, .. Joints, .. Joints], Longest);
        rewriter.Imitate([.. triples.Select(each => new Line(Prompt(each.Request, each.Bad), each.Good))], steps, 2e-3, criterion, cancel, PerStep);
        var inspector = RewardModel.Create(rewriter.Model, trainable: true);
        ComparedPair[] pairs = [.. triples.Select(each => new ComparedPair(new(rewriter.Example(new(each.Request, each.Good)), rewriter.Example(new(each.Request, each.Bad)))))];
        RewardTraining.Run(inspector, pairs, new EpochOrder(pairs.Length, PerStep, seed, $"inspector.{criterion}").Batch, new BinaryCrossEntropy(), rewriter.Longest, SmallModel.Options(steps / 2, 1e-3), null, cancel);
        return new(criterion, rewriter, inspector);
    }

    /// <summary>As a member of a squad; the request is the last message.</summary>
    public Aligner Member(CancellationToken cancel) => new(Criterion,
        (answer, _) => ValueTask.FromResult(Violations([(answer.Conversation[^1].Text, answer.Text)])[0]),
        (answer, _) => ValueTask.FromResult(Rewrite([(answer.Conversation[^1].Text, answer.Text)], cancel)[0]));

    /// <summary>How likely answers violate the criterion.</summary>
    public IReadOnlyList<double> Violations(IReadOnlyList<(string Request, string Answer)> answers) =>
        [.. _inspector.Score([.. answers.Select(each => _rewriter.Example(new(each.Request, each.Answer)).Ids)]).Select(score => 1 / (1 + Math.Exp(score)))];

    /// <summary>Answers written anew, the likeliest words each time.</summary>
    public IReadOnlyList<string> Rewrite(IReadOnlyList<(string Request, string Answer)> answers, CancellationToken cancel) => _rewriter.Write([.. answers.Select(each => Prompt(each.Request, each.Answer))], Criterion, 0, cancel);

    public void Dispose()
    {
        _rewriter.Dispose();
        _inspector.Dispose();
    }

    private static string Prompt(string request, string answer) => $"{request}{Joints[0]} {answer}{Joints[1]}";
}
