using Plumbline.Models;
using Plumbline.Training;

namespace Plumbline.Alignment;

/// <summary>A reward model says what an answer is worth; it may have another tokenizer than the policy.</summary>
internal sealed class RewardModelScorer(string folder) : IAnswerScorer
{
    private readonly RewardModel _model = RewardModel.Load(folder);

    /// <summary>Its weights.</summary>
    public Decoder Decoder => _model.Decoder;

    public IReadOnlyList<double> Score(IReadOnlyList<AnswerToScore> answers, CancellationToken cancel)
    {
        var prompts = answers.Select(each => each.Prompt).Distinct().ToDictionary(prompt => prompt, prompt => PromptRow.Parse(prompt.Place, prompt.Columns));
        return _model.Score([.. answers.Select(each => _model.Template.Example(prompts[each.Prompt].Prompt, each.Answer, ToolSchemas.Inputs(prompts[each.Prompt])).Ids)], cancel);
    }

    public void Dispose() => _model.Dispose();
}
