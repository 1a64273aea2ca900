using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>What computes a value.</summary>
/// <param name="position">Where it stands.</param>
internal abstract class Expression(TemplatePosition position)
{
    public TemplatePosition Position => position;

    /// <exception cref="InputException">It cannot be computed; the place is that of the innermost expression.</exception>
    public JinjaValue Evaluate(Evaluation evaluation)
    {
        try
        {
            evaluation.Step();
            return Compute(evaluation);
        }
        catch (TemplateFault fault)
        {
            throw evaluation.Wrong(position, fault);
        }
    }

    protected abstract JinjaValue Compute(Evaluation evaluation);
}

/// <summary>A value that is spelt out.</summary>
internal sealed class Literal(TemplatePosition position, JinjaValue value) : Expression(position)
{
    public JinjaValue Value => value;

    protected override JinjaValue Compute(Evaluation evaluation) => value;
}

/// <summary>A name.</summary>
internal sealed class Variable(TemplatePosition position, string name) : Expression(position)
{
    public string Name => name;

    protected override JinjaValue Compute(Evaluation evaluation) => evaluation.Scope.Get(name);
}

/// <summary><c>[a, b]</c> or <c>(a, b)</c>.</summary>
internal sealed class SequenceLiteral(TemplatePosition position, SequenceKind kind, IReadOnlyList<Expression> elements) : Expression(position)
{
    public SequenceKind Kind => kind;

    public IReadOnlyList<Expression> Elements => elements;

    protected override JinjaValue Compute(Evaluation evaluation) => new SequenceValue(kind, elements.Select(element => element.Evaluate(evaluation)));
}

/// <summary><c>{key: value}</c>.</summary>
internal sealed class MapLiteral(TemplatePosition position, IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation)
    {
        var map = new MapValue();
        foreach (var (key, value) in entries)
            map.Set(key.Evaluate(evaluation), value.Evaluate(evaluation));
        return map;
    }
}

/// <summary><c>value if condition else other</c>.</summary>
internal sealed class Conditional(TemplatePosition position, Expression value, Expression condition, Expression? other) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation) =>
        condition.Evaluate(evaluation).Truth ? value.Evaluate(evaluation)
        : other is not null ? other.Evaluate(evaluation)
        : new UndefinedValue("the condition of an 'if' without 'else' is false: the value is undefined");
}
