using Plumbline.Models.Chat.Jinja.Builtins;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>value.name</c>.</summary>
internal sealed class AttributeAccess(TemplatePosition position, Expression value, string name) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation) => Subscript.Attribute(value.Evaluate(evaluation), name);
}

/// <summary><c>value[key]</c>.</summary>
internal sealed class ItemAccess(TemplatePosition position, Expression value, Expression key) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation)
    {
        var whole = value.Evaluate(evaluation);
        if (whole is TextValue text)
            evaluation.Step(text.Text.Length / 16);
        return Subscript.Item(whole, key.Evaluate(evaluation));
    }
}

/// <summary><c>value[start:stop:step]</c>.</summary>
internal sealed class SliceAccess(TemplatePosition position, Expression value, Expression? start, Expression? stop, Expression? step) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation)
    {
        var whole = value.Evaluate(evaluation);
        evaluation.Charge(whole);
        if (whole is TextValue text)
            evaluation.Step(text.Text.Length / 16);
        return Subscript.Slice(whole, start?.Evaluate(evaluation), stop?.Evaluate(evaluation), step?.Evaluate(evaluation));
    }
}

/// <summary>Arguments as they are written: <c>a</c>, <c>name=a</c>, <c>*list</c>, <c>**map</c>.</summary>
internal sealed record ArgumentList(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? Spread, Expression? SpreadNamed)
{
    public static ArgumentList None { get; } = new([], [], null, null);

    public Arguments Evaluate(string function, Evaluation evaluation)
    {
        var positional = Positional.Select(each => each.Evaluate(evaluation)).ToList();
        var named = Named.Select(each => (each.Name, each.Value.Evaluate(evaluation))).ToList();
        if (Spread is not null)
            positional.AddRange(Operators.Walk(Spread.Evaluate(evaluation)));
        evaluation.Step(positional.Count);
        if (SpreadNamed is not null)
        {
            named.AddRange((SpreadNamed.Evaluate(evaluation) as MapValue ?? throw TemplateFault.Type($"what follows '**' in a call of {function} is no map.")).Entries
                .Select(entry => (PythonText.Str(entry.Key).Text, entry.Value)));
        }
        return named.Select(each => each.Item1).Distinct().Count() == named.Count
            ? new(function, positional, named)
            : throw TemplateFault.Type($"{function} is given an argument twice.");
    }
}

/// <summary><c>function(arguments)</c>.</summary>
internal sealed class Call(TemplatePosition position, Expression function, ArgumentList arguments) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation) => Compute(evaluation, null);

    /// <summary>Calls with the body of a call statement as <c>caller</c>.</summary>
    public JinjaValue Compute(Evaluation evaluation, FunctionValue? caller)
    {
        var called = function.Evaluate(evaluation);
        if (called is not FunctionValue callable)
            throw called is UndefinedValue undefined ? TemplateFault.Undefined(undefined.Problem + ".") : TemplateFault.Type($"a value of type '{called.TypeName}' cannot be called.");
        var given = arguments.Evaluate(callable.Name, evaluation);
        var result = callable.Call(evaluation, caller is null ? given : new(callable.Name, given.Positional, [.. given.Named, ("caller", caller)]));
        evaluation.Charge(result);
        return result;
    }
}

/// <summary><c>value|filter(arguments)</c>; without a value, the filter of a filter statement.</summary>
internal sealed class Filtered(TemplatePosition position, Expression? value, string name, ArgumentList arguments) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation) => Apply(evaluation, value!.Evaluate(evaluation));

    public JinjaValue Apply(Evaluation evaluation, JinjaValue input) => Filters.Apply(evaluation, name, input, arguments.Evaluate(name, evaluation));
}

/// <summary><c>value is test(arguments)</c>.</summary>
internal sealed class Tested(TemplatePosition position, Expression value, string name, ArgumentList arguments) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation) =>
        Tests.Apply(evaluation, name, value.Evaluate(evaluation), arguments.Evaluate(name, evaluation));
}
