using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Statements with parameters, as <c>{% macro %}</c> and <c>{% call %}</c> have them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Names of parameters, with what they are where nothing is given.</param>
/// <param name="Body">Statements.</param>
internal sealed record Macro(string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body)
{
    /// <summary>A function that sees the names of a scope as they are when it is called.</summary>
    public FunctionValue In(Scope scope) => new(Name, (evaluation, arguments) => evaluation.Call(() => Run(evaluation, arguments, scope)));

    private JinjaValue Run(Evaluation evaluation, Arguments arguments, Scope outer)
    {
        var scope = new Scope(outer);
        var named = arguments.Named.ToDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal);
        foreach (var (index, (name, absent)) in Parameters.Index())
        {
            var given = index < arguments.Positional.Count ? arguments.Positional[index] : null;
            if (named.Remove(name, out var byName))
                given = given is null ? byName : throw TemplateFault.Type($"{Name} is given '{name}' twice.");
            scope.Set(name, given ?? (absent is null ? new UndefinedValue($"parameter '{name}' of {Name} was not given") : evaluation.Within(scope, () => absent.Evaluate(evaluation))));
        }
        scope.Set("caller", named.Remove("caller", out var caller) ? caller : new UndefinedValue($"{Name} was not called with a call statement: 'caller' is undefined"));
        scope.Set("varargs", new SequenceValue(SequenceKind.Tuple, arguments.Positional.Skip(Parameters.Count)));
        var rest = new MapValue();
        foreach (var (name, value) in named)
            rest.With(name, value);
        scope.Set("kwargs", rest);
        return evaluation.Capture(scope, () => Statement.Execute(Body, evaluation));
    }
}

/// <summary><c>{% macro name(parameters) %}…{% endmacro %}</c>.</summary>
internal sealed class MacroStatement(TemplatePosition position, Macro macro) : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        evaluation.Scope.Set(macro.Name, macro.In(evaluation.Scope));
        return Flow.Next;
    }
}

/// <summary><c>{% call(parameters) macro(arguments) %}…{% endcall %}</c>: the macro finds the body as <c>caller</c>.</summary>
internal sealed class CallBlock(TemplatePosition position, Call call, Macro body) : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        evaluation.Output.Append(PythonText.Str(call.Compute(evaluation, body.In(evaluation.Scope))));
        return Flow.Next;
    }
}
