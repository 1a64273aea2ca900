using System.Globalization;
using Plumbline.Models;
using Plumbline.Training;
using Plumbline.Worlds.Counter;

namespace Plumbline.Alignment;

/// <summary>The Counter's checker says what an answer is worth, to requests of its own.</summary>
internal sealed class CounterScorer(string specificationPath, int requests, long seed) : IAnswerScorer
{
    private readonly Suite _suite = CounterSuite.Training(new CounterPolicy(Specification.Load(specificationPath)), requests, seed);

    /// <summary>The requests as prompts; each knows its number.</summary>
    public IReadOnlyList<PromptExample> Prompts(ChatTemplate template) =>
        [.. _suite.Items.Select((item, index) => new PromptExample(template.Prompt(item.Messages), item.Id, index.ToString(CultureInfo.InvariantCulture)))];

    public IReadOnlyList<double> Score(IReadOnlyList<AnswerToScore> answers, CancellationToken cancel)
    {
        var judge = (CounterJudge)_suite.Judge;
        return [.. answers.Select(each => CounterReward.Of(judge.Judge(each.Answer.Text, (CounterReference)_suite.Items[int.Parse(each.Prompt.Columns, CultureInfo.InvariantCulture)].Reference)))];
    }

    public void Dispose()
    {
    }
}
