using System.CommandLine;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline spec edit</c> and <c>spec add</c>: amendments from the command line.</summary>
internal static class SpecAmendCommands
{
    public static Command Edit(Terminal terminal)
    {
        var file = Inputs.Word("FILE", "A *.spec.yaml file.");
        var rule = Inputs.Word("RULE", "The rule's name.");
        var must = new Option<string?>("--must") { Description = "What the model must do from now on.", HelpName = "SENTENCE" };
        var rename = new Option<string?>("--rename") { Description = "A new name, also where other rules name it.", HelpName = "ID" };
        var remove = new Option<bool>("--remove") { Description = "Take the rule out." };
        var command = new Command("edit", """
            Change one rule of a specification: its sentence, its name, or that it is there at all.

            Comments, blank lines and layout of the file stay as they are; the version rises. Nothing is written if the file would not be a specification afterwards.
            """)
        {
            file, rule, must, rename, remove,
        };
        command.Validators.Add(result =>
        {
            var removes = result.GetValue(remove);
            if (removes == (result.GetValue(must) is not null || result.GetValue(rename) is not null))
                result.AddError(removes ? "--remove stands alone." : "Say what to change: --must SENTENCE, --rename ID or --remove.");
        });
        command.SetAction(parsed =>
        {
            var path = Inputs.ExistingFile(parsed.GetRequiredValue(file));
            var text = SpecificationText.Load(path);
            var id = parsed.GetRequiredValue(rule);
            var old = text.Specification.Find(id) ?? throw Unknown(path, id, text.Specification);
            var changed = parsed.GetValue(remove) ? null : old with { Id = parsed.GetValue(rename) ?? old.Id, Must = parsed.GetValue(must) ?? old.Must };
            return Apply(terminal, path, text, new Amendment(old, changed, "by hand"));
        });
        return command.WithExamples(
            ("spec edit my.spec.yaml return-window --must \"accept returns within 60 days and refuse later ones\"", "60 days instead of 30"),
            ("spec edit my.spec.yaml gift-wrapping --remove", "the rules are silent on it from now on"));
    }

    public static Command Add(Terminal terminal)
    {
        var file = Inputs.Word("FILE", "A *.spec.yaml file.");
        var id = Inputs.Word("RULE", "The new rule's name: lower-case words joined by hyphens.");
        var must = new Option<string>("--must") { Description = "What the model must do.", HelpName = "SENTENCE", Required = true };
        var serves = new Option<string[]>("--serves") { Description = "Values that the rule serves; may be given several times.", HelpName = "VALUE", Required = true };
        var kind = new Option<RuleKind>("--kind") { Description = "What a breach costs: safety, behaviour or style.", HelpName = "KIND", DefaultValueFactory = _ => RuleKind.Behaviour };
        var after = new Option<string?>("--after") { Description = "The rule that it follows and that outranks it; the last one if left out.", HelpName = "RULE" };
        var command = new Command("add", """
            Add a rule to a specification.

            Comments, blank lines and layout of the file stay as they are; the version rises. Nothing is written if the file would not be a specification afterwards.
            """)
        {
            file, id, must, serves, kind, after,
        };
        command.SetAction(parsed =>
        {
            var path = Inputs.ExistingFile(parsed.GetRequiredValue(file));
            var rule = new Rule { Id = parsed.GetRequiredValue(id), Must = parsed.GetRequiredValue(must), Serves = parsed.GetRequiredValue(serves), Kind = parsed.GetValue(kind) };
            return Apply(terminal, path, SpecificationText.Load(path), new Amendment(null, rule, "by hand", After: parsed.GetValue(after)));
        });
        return command.WithExamples(("spec add my.spec.yaml no-repairs --must \"never offer repairs\" --serves fair-dealing --after gift-wrapping", "a rule that was not there"));
    }

    private static int Apply(Terminal terminal, string path, SpecificationText text, Amendment amendment)
    {
        var amended = text.Amend(amendment);
        amended.Save(path);
        var (before, after) = (text.ToString().Split('\n'), amended.ToString().Split('\n'));
        var head = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        foreach (var line in before.Except(after))
            terminal.Line($"- {ModelText.OneLine(line.TrimEnd(), 400)}");
        foreach (var line in after.Except(before))
            terminal.Line($"+ {ModelText.OneLine(line.TrimEnd(), 400)}");
        terminal.Line($"{path} is version {amended.Specification.Version} now; the first change is in line {head + 1}.");
        return ExitCode.Fine;
    }

    private static InputException Unknown(string path, string id, Specification specification) => new(path, $"there is no rule '{id}'.",
        (Spelling.Nearest(id, specification.Rules.Select(rule => rule.Id)) is { } near ? $"Did you mean '{near}'? " : "") + $"Its rules: {string.Join(", ", specification.Rules.Select(rule => rule.Id))}.");
}
