using System.CommandLine;
using Plumbline.Worlds.Counter;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline spec draw</c>: a specification that nobody wrote, to try a method on.</summary>
internal static class SpecDrawCommand
{
    public static Command Create(Terminal terminal)
    {
        var seed = Inputs.Seed();
        var output = new Option<string?>("--out") { Description = "Write it into this file, which must not be there yet; without it, to standard output.", HelpName = "FILE" };
        var command = new Command("draw", """
            Draw a specification that the Counter can compute, at random.

            Its combination of rules is one of those held out: no text that the bundled model was made from contains it. A method that was
            tuned on one specification shows on a few of these what it is worth.
            """)
        {
            seed, output,
        };
        command.SetAction(parsed =>
        {
            var yaml = CounterSpecifications.Draw(new Draws(parsed.GetValue(seed), "spec draw"), heldOut: true).ToYaml();
            if (parsed.GetValue(output) is not { } path)
            {
                terminal.Line(yaml.TrimEnd());
                return ExitCode.Fine;
            }

            if (Path.Exists(path))
                throw new InputException(path, "there is something of that name already.", "Name another file, or take it away first.");
            SpecificationText.Parse(yaml, path).Save(path);
            terminal.Line($"Written to {path}.");
            return ExitCode.Fine;
        });
        return command.WithExamples(
            ("spec draw --seed 7", "show one"),
            ("spec draw --seed 7 --out random.spec.yaml", "keep it, to align or audit with"));
    }
}
