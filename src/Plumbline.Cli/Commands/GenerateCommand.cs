using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Models;
using Plumbline.Reproductions;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline generate</c>: what a model writes, once or many times, without a conversation.</summary>
internal static class GenerateCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = Inputs.Word("DIR", "A model folder in the layout of Hugging Face, with a tokenizer that Plumbline reads.");
        var adapter = Inputs.Adapter();
        var control = new Option<string?>("--control") { Description = "Begin with this control token of the adapter.", HelpName = "TOKEN" };
        var prompt = new Option<string>("--prompt") { Description = "What the user says; with --raw, the text to go on from.", HelpName = "TEXT", Required = true };
        var system = new Option<string?>("--system") { Description = "What the model is told before.", HelpName = "TEXT" };
        var raw = new Option<bool>("--raw") { Description = "Go on from the text as it is, without the chat template." };
        var count = Inputs.Number("--count", "How many answers.", 1, most: 10_000);
        var tokens = Inputs.Number("--max-tokens", "The most tokens of an answer, reasoning included.", 160);
        var temperature = Inputs.Fraction("--temperature", "0 always takes the likeliest token; 1 samples as the model believes.", 0, most: 10);
        var topP = Inputs.Fraction("--top-p", "Sample among the likeliest tokens that together have this probability.", 1, most: 1, zero: false);
        var topK = Inputs.Number("--top-k", "Sample among this many of the likeliest tokens; 0 for all.", 0, 0);
        var minP = Inputs.Fraction("--min-p", "Sample among the tokens that are at least this share as probable as the likeliest.", 0, most: 1);
        var repetition = Inputs.Fraction("--repetition-penalty", "Above 1, tokens of the prompt and the answer become less likely.", 1, most: 10, zero: false);
        var frequency = Inputs.Fraction("--frequency-penalty", "Tokens become less likely by this each time that the answer has them.", 0, most: 2);
        var presence = Inputs.Fraction("--presence-penalty", "Tokens become less likely by this once the answer has them.", 0, most: 2);
        var stop = new Option<string[]>("--stop") { Description = "Stop before this text. May be given several times.", HelpName = "TEXT", AllowMultipleArgumentsPerToken = false };
        var schema = new Option<string?>("--json-schema") { Description = "The answer is JSON that is valid for this schema.", HelpName = "FILE" };
        var seed = Inputs.Seed();
        var json = Inputs.Json();
        var command = new Command("generate", """
            Write after a prompt and show the answer, reasoning first.

            Logits are changed by the penalties, then divided by the temperature; --top-k, --top-p and --min-p keep fewer tokens, in this order. With
            --json-schema the model can write nothing but JSON that is valid for the schema, after its reasoning; only --max-tokens can cut it short.

            With --json the output is a list of { text, reasoning, tokens, logProbabilities, stop }, one for each answer; log-probabilities are those of
            the model itself at temperature 1, in natural logarithms; stop is end, length or stop-string.
            """)
        {
            model, adapter, control, prompt, system, raw, count, tokens, temperature, topK, topP, minP, repetition, frequency, presence, stop, schema, seed, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(raw) && result.GetValue(system) is not null)
                result.AddError("--raw and --system exclude each other: a plain text has no system message.");
            if (result.GetResult(stop)?.Tokens.Any(token => token.Value.Length == 0) == true)
                result.AddError("--stop is empty; expected a text of at least one character.");
        });
        command.SetAction((parsed, cancel) =>
        {
            var constraint = parsed.GetValue(schema) is { } file ? OutputConstraint.JsonSchema(File.ReadAllText(Inputs.ExistingFile(file)), file) : null;
            using var opened = LanguageModel.Load(Inputs.ExistingFolder(parsed.GetRequiredValue(model)), Inputs.OptionalFolder(parsed.GetValue(adapter)));
            var text = parsed.GetValue(raw) ? opened.Tokenizer.Encode(parsed.GetRequiredValue(prompt)) : opened.Template.Prompt(Messages(parsed.GetValue(system), parsed.GetRequiredValue(prompt)));
            int[] ids = [.. Control(opened, parsed.GetValue(control)), .. text];
            var options = new GenerationOptions
            {
                MaxNewTokens = parsed.GetValue(tokens),
                Temperature = parsed.GetValue(temperature),
                TopK = parsed.GetValue(topK),
                TopP = parsed.GetValue(topP),
                MinP = parsed.GetValue(minP),
                RepetitionPenalty = parsed.GetValue(repetition),
                FrequencyPenalty = parsed.GetValue(frequency),
                PresencePenalty = parsed.GetValue(presence),
                StopStrings = [.. parsed.GetValue(stop) ?? []],
                Constraint = constraint,
                Seed = (ulong)parsed.GetValue(seed),
            };
            var completions = new BatchGenerator(opened).Generate([.. Enumerable.Repeat(ids, parsed.GetValue(count))], options, cancel);
            if (parsed.GetValue(json))
                terminal.Line(JsonSerializer.Serialize(completions.Select(completion => Document(opened, completion)), Ledger.Json));
            else
                Show(terminal, opened, completions);
            return Task.FromResult(ExitCode.Fine);
        });
        return command.WithExamples(
            ("generate models/counter-base --prompt \"I bought this lamp 40 days ago. Can I return it?\"", "the likeliest answer"),
            ("generate models/counter-base --prompt \"Can I return this lamp?\" --count 5 --temperature 1 --seed 7 --json", "five samples, for a program"),
            ("generate models/counter-base --prompt \"Can I return this lamp?\" --json-schema answer.schema.json", "JSON that is valid for a schema"),
            ("generate models/counter-base --raw --prompt \"Opening hours:\" --temperature 0.8 --top-k 40 --min-p 0.05 --stop \".\"", "one sentence, boldly but not too boldly"),
            ("generate my-model --adapter my-adapter --control \"<|good|>\" --prompt \"Can I return this lamp?\"", "as the control token says"));
    }

    private static int[] Control(LanguageModel model, string? token) => (token, model.Decoder.Adapter) switch
    {
        (null, _) => [],
        (_, ControlTokens control) => [control[token]],
        _ => throw new InputException("--control", "there are no control tokens.", "Name an adapter that has some with --adapter DIR."),
    };

    private static IEnumerable<ChatMessage> Messages(string? system, string prompt) =>
        [.. system is null ? [] : (ChatMessage[])[new(ChatRole.System, system)], new(ChatRole.User, prompt)];

    private static (string Text, string? Reasoning) Read(LanguageModel model, Completion completion)
    {
        var message = model.Read(completion);
        var reasoning = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
        return (message.Text, reasoning.Length == 0 ? null : reasoning);
    }

    private static object Document(LanguageModel model, Completion completion)
    {
        var (text, reasoning) = Read(model, completion);
        return new { Text = text, Reasoning = reasoning, completion.Tokens, completion.LogProbabilities, Stop = JsonNamingPolicy.KebabCaseLower.ConvertName(completion.Stop.ToString()) };
    }

    private static void Show(Terminal terminal, LanguageModel model, IReadOnlyList<Completion> completions)
    {
        foreach (var (index, completion) in completions.Index())
        {
            var (text, reasoning) = Read(model, completion);
            if (completions.Count > 1)
                terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{(index == 0 ? "" : Environment.NewLine)}{index + 1}."));
            if (reasoning is not null)
                terminal.Line($"({ModelText.Plain(reasoning)})");
            terminal.Line(ModelText.Plain(text));
            if (completion.Stop == StopReason.Length)
                terminal.Say("The answer was cut off; --max-tokens lets it be longer.");
        }
    }
}
