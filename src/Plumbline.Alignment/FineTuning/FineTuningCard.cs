using System.Globalization;
using System.Text;
using Plumbline.Training;

namespace Plumbline.Alignment;

/// <summary>The README of a model that was trained on data of one's own: on what, with which settings, and what it measured.</summary>
internal static class FineTuningCard
{
    /// <summary>Writes the card.</summary>
    public static string Write(FineTuningRequest request, FineTuningOutcome outcome, Recipe recipe)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Title(request.Method)}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `plumbline train {request.Method.Name}` from `{Path.GetFileName(Path.TrimEndingDirectorySeparator(request.ModelDirectory))}`.\n\n## Data\n\n");
        text.Append(outcome.Data is { } data ? Describe(request.Data, data)
            : $"Requests at the Counter under `{Path.GetFileName(request.Reward?.SpecificationPath)}`, drawn with seed {request.Seed}.\n");
        text.Append(CultureInfo.InvariantCulture, $"\n## Training\n\n```\n{recipe.Describe()}```\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{outcome.Steps} steps of {request.Batch} examples; learning rate {request.LearningRate:G6}, {request.Schedule.ToString().ToLowerInvariant()} after a rise over {request.WarmUp * 100:0.#} % of the steps; seed {request.Seed}, {request.Threads} threads.\n");
        if (outcome.LastLoss is { } loss)
            text.Append(CultureInfo.InvariantCulture, $"The loss of the last step was {loss:0.0000}.\n");
        text.Append("\n## Measured on held-out data\n\n");
        if (outcome.EvaluationData is not { } held)
            return text.Append("Nothing was held out, so nothing was measured.\n").ToString();
        text.Append(Describe(request.Evaluation, held)).Append("\n| | before | after |\n| --- | --- | --- |\n");
        foreach (var (name, after) in outcome.After)
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {(outcome.Before.TryGetValue(name, out var before) ? before.ToString("0.0000", CultureInfo.InvariantCulture) : "")} | {after:0.0000} |\n");
        return text.ToString();
    }

    private static string Title(FineTuningMethod method) => method switch
    {
        FineTuningMethod.Sft => "A fine-tuned model",
        FineTuningMethod.Dpo => "A model trained on preferences",
        FineTuningMethod.Kto => "A model trained on judged answers",
        FineTuningMethod.Grpo or FineTuningMethod.Ppo => "A model trained by reinforcement",
        FineTuningMethod.OnlineDpo => "A model trained on preferences among its own answers",
        _ => "A reward model",
    };

    private static string Describe(IReadOnlyList<string> files, ReadData data) => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join(", ", files.Select(file => $"`{Path.GetFileName(file)}`"))}: {data.Rows} rows, {data.Skipped} of them skipped, {data.Examples} examples{string.Concat(data.Notes.Select(note => $"; {note.Value} {note.Key}"))}.\n");
}
