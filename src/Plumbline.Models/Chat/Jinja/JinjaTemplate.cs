using Plumbline.Models.Chat.Jinja.Builtins;
using Plumbline.Models.Chat.Jinja.Syntax;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja;

/// <summary>A template in the part of Jinja that chat templates use, computed as Jinja2 computes it with the settings of transformers.</summary>
/// <remarks>
/// <para>Templates come with models from anywhere: nothing in one can reach beyond the values that it is given, and time, memory and nesting are bounded (<see cref="TemplateLimits"/>).</para>
/// <para>Immutable; safe from any thread.</para>
/// </remarks>
internal sealed class JinjaTemplate
{
    private readonly string name;
    private readonly IReadOnlyList<Statement> statements;

    /// <param name="source">The template.</param>
    /// <param name="name">What errors call it: a file.</param>
    /// <exception cref="InputException">It is malformed or uses what is not supported; with line and column.</exception>
    public JinjaTemplate(string source, string name)
    {
        this.name = name;
        statements = StatementParser.Read(name, source);
    }

    /// <summary>Computes the text.</summary>
    /// <param name="variables">What the template knows by name.</param>
    /// <param name="clock">What time it is; the system's by default.</param>
    /// <exception cref="InputException">The template refuses the variables, or cannot be computed with them; with line and column.</exception>
    public MarkedText Render(IEnumerable<(string Name, JinjaValue Value)> variables, TimeProvider? clock = null)
    {
        var scope = new Scope(null);
        Globals.AddTo(scope);
        foreach (var (variable, value) in variables)
            scope.Set(variable, value);
        var evaluation = new Evaluation(name, new Scope(scope), clock ?? TimeProvider.System);
        Statement.Execute(statements, evaluation);
        return evaluation.Output.ToText();
    }
}
