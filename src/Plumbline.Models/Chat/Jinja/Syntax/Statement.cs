using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>What writes text or changes what names stand for.</summary>
/// <param name="position">Where it stands.</param>
internal abstract class Statement(TemplatePosition position)
{
    public TemplatePosition Position => position;

    /// <exception cref="InputException">Something in it cannot be computed.</exception>
    public Flow Execute(Evaluation evaluation)
    {
        try
        {
            evaluation.Step();
            return Run(evaluation);
        }
        catch (TemplateFault fault)
        {
            throw evaluation.Wrong(position, fault);
        }
    }

    /// <summary>Statements one after the other, until one leaves the loop.</summary>
    public static Flow Execute(IReadOnlyList<Statement> statements, Evaluation evaluation)
    {
        foreach (var statement in statements)
        {
            if (statement.Execute(evaluation) is not Flow.Next and var flow)
                return flow;
        }
        return Flow.Next;
    }

    protected abstract Flow Run(Evaluation evaluation);
}

/// <summary>Text between the tags.</summary>
internal sealed class Text(TemplatePosition position, string text) : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        evaluation.Output.Append(text, template: true);
        return Flow.Next;
    }
}

/// <summary><c>{{ value }}</c>.</summary>
internal sealed class Print(TemplatePosition position, Expression value) : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        var text = PythonText.Str(value.Evaluate(evaluation));
        evaluation.Step(text.Length / 16);
        evaluation.Output.Append(text);
        return Flow.Next;
    }
}

/// <summary><c>{% if %}…{% elif %}…{% else %}…{% endif %}</c>; has no scope of its own.</summary>
internal sealed class If(TemplatePosition position, IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> branches, IReadOnlyList<Statement> otherwise)
    : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        foreach (var (condition, body) in branches)
        {
            if (condition.Evaluate(evaluation).Truth)
                return Execute(body, evaluation);
        }
        return Execute(otherwise, evaluation);
    }
}

/// <summary><c>{% break %}</c>, <c>{% continue %}</c>.</summary>
internal sealed class Leave(TemplatePosition position, Flow flow) : Statement(position)
{
    protected override Flow Run(Evaluation evaluation) => flow;
}

/// <summary>A body with a scope of its own: <c>{% with a = 1 %}</c>, <c>{% generation %}</c>.</summary>
internal sealed class With(TemplatePosition position, IReadOnlyList<(Target Target, Expression Value)> bindings, IReadOnlyList<Statement> body) : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        var inner = new Scope(evaluation.Scope);
        foreach (var (target, value) in bindings)
            target.Set(inner, value.Evaluate(evaluation));
        return evaluation.Within(inner, () => Execute(body, evaluation));
    }
}

/// <summary><c>{% filter name %}…{% endfilter %}</c>; the innermost filter comes first.</summary>
internal sealed class FilterBlock(TemplatePosition position, IReadOnlyList<Filtered> filters, IReadOnlyList<Statement> body) : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        JinjaValue value = evaluation.Capture(new(evaluation.Scope), () => Execute(body, evaluation));
        foreach (var filter in filters)
            value = filter.Apply(evaluation, value);
        evaluation.Output.Append(PythonText.Str(value));
        return Flow.Next;
    }
}
