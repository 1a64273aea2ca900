using System.CommandLine;
using System.Text.Json;
using Plumbline.Alignment;
using Plumbline.Cli.Progress;
using Plumbline.Reproductions;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline audit</c>: does a model keep the rules?</summary>
internal static class AuditCommand
{
    private const int FindingsShown = 8;

    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var specification = Inputs.Specification();
        var model = Inputs.Model("Audit the model in this folder (Hugging Face layout).");
        var adapter = Inputs.Adapter();
        var (endpoint, endpointModel) = (Inputs.Endpoint(), Inputs.EndpointModel());
        var deliberate = new Option<bool>("--deliberate") { Description = "Put the rules into the prompt and let the model reason over them." };
        var suite = new Option<string?>("--suite") { Description = "Ask the conversations of these transcripts instead ('plumbline serve replay'), and hold answers to the rules' checks.", HelpName = "FILE" };
        var items = Inputs.Number("--items", "How many requests to audit with; more make narrower intervals.", 330);
        var seed = Inputs.Seed();
        var json = Inputs.Json();
        var output = new Option<string?>("--out") { Description = "Write the report into this folder.", HelpName = "DIR" };
        var command = new Command("audit", """
            Ask a model held-out requests and count how often it keeps the rules.

            Each measure comes with a 95 % interval. Each finding names the rule that was broken and the sentence it comes from.
            Ends with exit code 1 if any rule was broken.
            """)
        {
            specification, model, adapter, endpoint, endpointModel, deliberate, suite, items, seed, json, output,
        };
        command.Validators.Add(result => Inputs.CheckSubject(result, model, endpoint, endpointModel, required: true));
        command.Validators.Add(result =>
        {
            if (result.GetValue(adapter) is not null && result.GetValue(endpoint) is not null)
                result.AddError("--adapter and --endpoint exclude each other: a server computes with its own weights.");
        });
        command.SetAction((parsed, cancel) => RunAsync(terminal, rooms, new AuditOptions
        {
            SpecificationPath = parsed.GetRequiredValue(specification),
            ModelDirectory = parsed.GetValue(model),
            AdapterDirectory = parsed.GetValue(adapter),
            Endpoint = parsed.GetValue(endpoint),
            EndpointModel = parsed.GetValue(endpointModel),
            Deliberate = parsed.GetValue(deliberate),
            SuitePath = parsed.GetValue(suite),
            Items = parsed.GetValue(items),
            Seed = parsed.GetValue(seed),
            OutputPath = parsed.GetValue(output),
        }, parsed.GetValue(json), cancel));
        return command.WithExamples(
            ("audit examples/counter/counter.spec.yaml --model models/counter-base", "the base model, which never saw these rules"),
            ("audit examples/counter/counter.spec.yaml --model models/counter-base --deliberate", "the same model with the rules in its prompt"),
            ("audit my.spec.yaml --endpoint http://localhost:8080/v1 --endpoint-model llama --json", "a model behind a server, for a program to read"));
    }

    private static async Task<int> RunAsync(Terminal terminal, Rooms rooms, AuditOptions options, bool json, CancellationToken cancellationToken)
    {
        Inputs.ExistingFile(options.SpecificationPath);
        if (options.SuitePath is { } suite)
            Inputs.ExistingFile(suite);
        Inputs.OptionalFolder(options.ModelDirectory);
        Inputs.OptionalFolder(options.AdapterDirectory);
        var outcome = await JobDisplay.ShowAsync(terminal, progress => rooms.Audit(options, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (json)
            terminal.Line(JsonSerializer.Serialize(Document(options, outcome), Ledger.Json));
        else
            Show(terminal, outcome);
        return outcome.Findings.Count == 0 ? ExitCode.Fine : ExitCode.DoesNotHold;
    }

    private static object Document(AuditOptions options, AuditOutcome outcome) => new
    {
        Specification = options.SpecificationPath,
        Subject = options.ModelDirectory ?? $"{options.EndpointModel} at {options.Endpoint}",
        options.Deliberate,
        options.Seed,
        Measures = outcome.Measures.ToDictionary(measure => measure.Measure.Name, measure => new { measure.Estimate.Value, measure.Estimate.Low, measure.Estimate.High, measure.Estimate.N }),
        Findings = outcome.Findings.Select(finding => new
        {
            Rule = finding.Rule.Id,
            finding.Rule.Source,
            Item = finding.Transcript.Item.Id,
            Asked = Asked(finding),
            finding.Transcript.Answer,
            finding.Verdict.Reason,
        }),
    };

    private static string Asked(Finding finding) => finding.Transcript.Item.Messages is [.., var last] ? last.Text : "";

    private static void Show(Terminal terminal, AuditOutcome outcome)
    {
        terminal.Output.Write(SummaryTable.Of(outcome.Measures));
        foreach (var rule in outcome.Findings.GroupBy(finding => finding.Rule.Id).OrderByDescending(group => group.Count()).Take(FindingsShown))
        {
            var example = rule.First();
            terminal.Line($"{rule.Key}: broken {rule.Count()} {(rule.Count() == 1 ? "time" : "times")}. The model must {ModelText.OneLine(example.Rule.Must, 200)}");
            if (example.Rule.Source is { } source)
                terminal.Line($"  from      {source.Document}{(source.Section is null ? "" : $", section {source.Section}")}{(source.Sentence is null ? "" : $": \"{ModelText.OneLine(source.Sentence, 200)}\"")}");
            terminal.Line($"  asked     {ModelText.OneLine(Asked(example))}");
            terminal.Line($"  answered  {ModelText.OneLine(example.Transcript.Answer)}");
            terminal.Line($"  verdict   {ModelText.OneLine(example.Verdict.Reason)}");
        }

        terminal.Line(outcome.Findings.Count == 0 ? "No rule was broken." : $"{outcome.Findings.Count} findings in all.");
        if (outcome.ReportPath is { } report)
            terminal.Line($"Report: {report}");
    }
}
