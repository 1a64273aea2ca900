using Plumbline.Statistics;

namespace Plumbline.Reproductions.Tabular;

/// <summary>Questions as 64 features whose chance of a right answer is a logistic function of them, and a head that learns it by squared error: what a confidence head learns, without the model below it.</summary>
internal sealed class LogisticConfidence
{
    private const int Features = 64, PerStep = 16, Tested = 4000;
    private const double Spread = 0.35, Rate = 0.5;

    private readonly double[] _truth;
    private readonly double[][] _tested;
    private readonly bool[] _right;

    private LogisticConfidence(Draws draws)
    {
        _truth = [.. Enumerable.Range(0, Features).Select(_ => Spread * draws.NextNormal())];
        _tested = Questions(Tested, draws);
        _right = [.. _tested.Select(question => draws.Chance(Chance(question)))];
    }

    /// <summary>Draws a simulation.</summary>
    public static LogisticConfidence Draw(int seed) => new(new Draws(seed, "logistic-confidence"));

    /// <summary>Questions with features of deviation 1.</summary>
    public static double[][] Questions(int count, Draws draws) => [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, Features).Select(_ => draws.NextNormal()).ToArray())];

    /// <summary>How likely the answer to a question is right.</summary>
    /// <param name="question">Its features.</param>
    /// <param name="overconfidence">By how many logits the model agrees with itself more often than it is right.</param>
    public double Chance(double[] question, double overconfidence = 0) => Logistic(Product(_truth, question) + overconfidence);

    /// <summary>Trains a head by descent in steps of 16 questions.</summary>
    /// <param name="head">Weights and, last, bias; not changed. Null: zeros.</param>
    /// <param name="questions">What is asked.</param>
    /// <param name="targets">How sure to be.</param>
    /// <param name="epochs">Most times that all questions are gone through.</param>
    /// <param name="stopEarly">Whether a fifth of the questions is held back, and the head kept that does best on it.</param>
    /// <param name="draws">Orders the questions.</param>
    public static double[] Train(double[]? head, double[][] questions, double[] targets, int epochs, bool stopEarly, Draws draws)
    {
        double[] current = head is null ? new double[Features + 1] : [.. head];
        var held = stopEarly ? questions.Length / 5 : 0;
        double Loss() => Enumerable.Range(0, held).Sum(index => Math.Pow(Confidence(current, questions[index]) - targets[index], 2));
        var (best, least) = ((double[])[.. current], Loss());
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var batch in draws.Shuffle(Enumerable.Range(held, questions.Length - held)).Chunk(PerStep))
                Step(current, batch, questions, targets);
            if (held == 0 || Loss() is var loss && loss < least)
                (best, least) = ([.. current], Loss());
        }
        return best;
    }

    /// <summary>Area under the ROC curve and calibration error of a head on questions of their own.</summary>
    public (double Area, double Error) Measure(double[] head)
    {
        double[] confidences = [.. _tested.Select(question => Confidence(head, question))];
        return (AreaUnderRoc.Of(confidences, _right), CalibrationError.Of(confidences, _right));
    }

    private static void Step(double[] head, int[] batch, double[][] questions, double[] targets)
    {
        var slope = new double[Features + 1];
        foreach (var index in batch)
        {
            var confidence = Confidence(head, questions[index]);
            var each = 2 * (confidence - targets[index]) * confidence * (1 - confidence) / batch.Length;
            for (var feature = 0; feature < Features; feature++)
                slope[feature] += each * questions[index][feature];
            slope[Features] += each;
        }
        for (var at = 0; at <= Features; at++)
            head[at] -= Rate * slope[at];
    }

    private static double Confidence(double[] head, double[] question) => Logistic(Product(head, question) + head[Features]);

    private static double Product(double[] weights, double[] question)
    {
        var sum = 0.0;
        for (var feature = 0; feature < Features; feature++)
            sum += weights[feature] * question[feature];
        return sum;
    }

    private static double Logistic(double u) => 1 / (1 + Math.Exp(-u));
}
