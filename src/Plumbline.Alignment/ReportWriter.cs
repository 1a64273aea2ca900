using System.Globalization;
using System.Text.Json;
using Plumbline.Auditing.Reports;
using Plumbline.Runs;

namespace Plumbline.Alignment;

/// <summary>Puts together what a run has to show for itself.</summary>
internal static class ReportWriter
{
    public static AlignmentReport Make(RunFolder run, AlignmentOptions request, Specification specification, IReadOnlyList<Arm> arms) => new()
    {
        Title = $"{specification.Name} {specification.Version}",
        When = TimeProvider.System.GetUtcNow(),
        Specification = specification,
        Arms = arms,
        Settings = Settings(request),
        Curves = Curves(run),
        Cost = [.. run.Events("sitting").GroupBy(sitting => sitting.Stage).Select(stage => new CostRow(stage.Key, TimeSpan.FromSeconds(stage.Sum(sitting => sitting.Details.GetProperty("seconds").GetDouble()))))],
        Model = request.Endpoint is null
            ? $"A Llama-style decoder that started from {request.ModelDirectory ?? "the bundled base model"} and was trained on this specification; the rules are in its weights, not in its prompt."
            : $"The model '{request.EndpointModel}' behind an OpenAI-compatible server, instructed at inference: the rules are in its prompt.",
        Making = request.Endpoint is not null ? ["Nothing was trained."] :
        [
            "The base model answered training requests with the rules in its prompt; the checker kept what was wholly right, and the rules were taken out of the prompt again.",
            "Supervised fine-tuning on that deliberation, the loss on reasoning and answer alone.",
            "Direct preference optimisation on answers of the fine-tuned model, a right one over a wrong one.",
            "Reinforcement learning on answers of the model's own, the reward computed by the checker from the visible answer alone.",
        ],
        Limits =
        [
            "Right is what the Counter computes from the specification: requests of the kinds that it knows, in narrow English.",
            "The audit's goods and wordings were kept from alignment; the base model has met the words.",
            "What the reasoning says is recorded and not scored.",
        ],
        Commands = [$"plumbline align {request.SpecificationPath} --seed {request.Seed}{(request.ModelDirectory is { } model ? $" --model {model}" : "")}"],
    };

    private static List<KeyValuePair<string, string>> Settings(AlignmentOptions request)
    {
        var settings = JsonSerializer.SerializeToElement(request);
        var flat = settings.EnumerateObject().Where(property => property.Name is not ("Budget" or "Quick" or "Resume"))
            .Concat(settings.GetProperty("Budget").EnumerateObject())
            .Where(property => property.Value.ValueKind != JsonValueKind.Null)
            .Select(property => KeyValuePair.Create(property.Name, property.Value.ToString()));
        return [.. flat, KeyValuePair.Create("AuditTemperature", AlignmentJob.AuditTemperature.ToString(CultureInfo.InvariantCulture))];
    }

    private static List<Curve> Curves(RunFolder run)
    {
        var points = new Dictionary<(string Stage, string Name), SortedDictionary<long, double>>();
        foreach (var (stage, step) in run.Events("step"))
        {
            var at = step.GetProperty("step").GetInt64();
            Add(stage, "loss", at, step.GetProperty("loss").GetDouble());
            foreach (var statistic in step.GetProperty("statistics").EnumerateObject())
                Add(stage, statistic.Name, at, statistic.Value.GetDouble());
        }

        return [.. points.Select(each => new Curve(each.Key.Stage, each.Key.Name, [.. each.Value.Select(point => new CurvePoint(point.Key, point.Value))]))];

        void Add(string stage, string name, long at, double value)
        {
            if (!points.TryGetValue((stage, name), out var curve))
                points[(stage, name)] = curve = [];
            curve[at] = value;
        }
    }
}
