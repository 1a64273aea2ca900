using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>What gets a value: a name, an attribute of a namespace, or several names at once.</summary>
internal abstract class Target
{
    public abstract void Set(Scope scope, JinjaValue value);
}

/// <summary><c>name</c>.</summary>
internal sealed class NameTarget(string name) : Target
{
    public override void Set(Scope scope, JinjaValue value) => scope.Set(name, value);
}

/// <summary><c>space.name</c>.</summary>
internal sealed class AttributeTarget(string space, string name) : Target
{
    public override void Set(Scope scope, JinjaValue value)
    {
        if (scope.Get(space) is not NamespaceValue found)
            throw TemplateFault.Type($"'{space}' is no namespace, so that '{space}.{name}' cannot be set.");
        if (found.Attributes.Count >= TemplateLimits.Elements)
            throw new TemplateFault("a namespace grows too large.", $"At most {TemplateLimits.Elements} attributes.");
        found.Attributes[name] = value;
    }
}

/// <summary><c>a, b</c>.</summary>
internal sealed class TupleTarget(IReadOnlyList<Target> parts) : Target
{
    public override void Set(Scope scope, JinjaValue value)
    {
        var values = Operators.Walk(Operators.Refuse(value));
        if (values.Count != parts.Count)
            throw TemplateFault.Type($"{values.Count} values cannot be given to {parts.Count} names.");
        foreach (var (part, each) in parts.Zip(values))
            part.Set(scope, each);
    }
}

/// <summary><c>{% set target = value %}</c>.</summary>
internal sealed class Set(TemplatePosition position, Target target, Expression value) : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        target.Set(evaluation.Scope, value.Evaluate(evaluation));
        return Flow.Next;
    }
}

/// <summary><c>{% set target %}…{% endset %}</c>.</summary>
internal sealed class SetBlock(TemplatePosition position, Target target, IReadOnlyList<Filtered> filters, IReadOnlyList<Statement> body) : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        JinjaValue value = evaluation.Capture(new(evaluation.Scope), () => Execute(body, evaluation));
        foreach (var filter in filters)
            value = filter.Apply(evaluation, value);
        target.Set(evaluation.Scope, value);
        return Flow.Next;
    }
}
