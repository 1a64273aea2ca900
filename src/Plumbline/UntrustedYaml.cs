using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Plumbline;

/// <summary>One document of YAML from somebody who is not trusted.</summary>
internal static class UntrustedYaml
{
    /// <summary>Reads it.</summary>
    /// <param name="text">The text, of bounded length.</param>
    /// <param name="fileName">What messages call the file.</param>
    /// <param name="kind">What it should be, for example <c>recipe</c>.</param>
    /// <param name="deepest">How deep it may be nested.</param>
    /// <param name="beginning">How such a file begins, and where a whole one can be seen.</param>
    /// <exception cref="InputException">It is not YAML, empty, more than one document, nested too deep, or has anchors.</exception>
    public static YamlNode Read(string text, string fileName, string kind, int deepest, string beginning)
    {
        try
        {
            RefuseBombs();
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents switch
            {
                [var one] => one.RootNode,
                [] => throw Mistake(new Mark(0, 1, 1), "the file is empty.", beginning),
                [_, var second, ..] => throw Mistake(second.RootNode.Start, "a second document begins here.", $"Keep one {kind} in one file; remove the line '---' and what follows."),
            };
        }
        catch (YamlException problem) when (problem.Message.Contains("Duplicate key", StringComparison.OrdinalIgnoreCase))
        {
            throw Mistake(problem.Start, "a key stands twice in one mapping.", "Keep one of the two.");
        }
        catch (YamlException problem)
        {
            throw NotYaml(problem.Start, problem.Message);
        }
        catch (InvalidOperationException)
        {
            throw NotYaml(new Mark(0, 1, 1), "a list in [ ] or a mapping in { } is not closed"); // the parser gives no place for it
        }

        // Anchors can make a small file unfold into a huge one, and deep nesting can exhaust the stack: both are refused before anything is built.
        void RefuseBombs()
        {
            var parser = new Parser(new StringReader(text));
            var depth = 0;
            while (parser.MoveNext())
            {
                var now = parser.Current!;
                depth += now.NestingIncrease;
                if (now is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                    throw Mistake(now.Start, "anchors and aliases (& and *) are not read.", "Write the text out where it is needed.");
                if (depth > deepest)
                    throw Mistake(now.Start, $"this is nested more than {deepest} deep.", $"A {kind} needs no more than five levels.");
            }
        }

        InputException NotYaml(Mark at, string problem) =>
            Mistake(at, $"this is not YAML: {problem.TrimEnd('.')}.", "Check indentation (spaces, no tabs) and brackets, and put texts with ': ' or ' #' in double quotes.");

        InputException Mistake(Mark at, string problem, string remedy) => new($"{fileName}:{Math.Max(1, at.Line)}:{Math.Max(1, at.Column)}", problem, remedy);
    }
}
