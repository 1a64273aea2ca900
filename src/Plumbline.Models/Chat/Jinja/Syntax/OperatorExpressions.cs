using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>a and b</c>, <c>a or b</c>: one of both, the second computed only where the first does not decide.</summary>
internal sealed class Junction(TemplatePosition position, bool and, Expression left, Expression right) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation) => left.Evaluate(evaluation) is var first && first.Truth == and ? right.Evaluate(evaluation) : first;
}

/// <summary><c>not a</c>.</summary>
internal sealed class Negation(TemplatePosition position, Expression operand) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation) => !operand.Evaluate(evaluation).Truth;
}

/// <summary><c>-a</c>, <c>+a</c>.</summary>
internal sealed class Signed(TemplatePosition position, bool minus, Expression operand) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation)
    {
        var value = Operators.Refuse(operand.Evaluate(evaluation));
        return PythonNumber.Of(value) is { } number ? (minus ? number.Negated() : number).Value
            : throw TemplateFault.Type($"a value of type '{value.TypeName}' has no sign.");
    }
}

/// <summary><c>a + b</c> and the other signs of arithmetic.</summary>
internal sealed class Arithmetic(TemplatePosition position, string sign, Expression left, Expression right) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation)
    {
        var result = Operators.Apply(sign, left.Evaluate(evaluation), right.Evaluate(evaluation));
        evaluation.Charge(result);
        return result;
    }
}

/// <summary><c>a ~ b</c>: both as text, joined.</summary>
internal sealed class Concatenation(TemplatePosition position, IReadOnlyList<Expression> parts) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation)
    {
        JinjaValue joined = Operators.Join(parts.Select(part => PythonText.Str(part.Evaluate(evaluation))));
        evaluation.Charge(joined);
        return joined;
    }
}

/// <summary><c>a &lt; b</c>, <c>a in b</c>, and chains such as <c>a &lt; b &lt;= c</c>.</summary>
internal sealed class Comparison(TemplatePosition position, Expression first, IReadOnlyList<(string Sign, Expression Operand)> rest) : Expression(position)
{
    protected override JinjaValue Compute(Evaluation evaluation)
    {
        var left = first.Evaluate(evaluation);
        foreach (var (sign, operand) in rest)
        {
            var right = operand.Evaluate(evaluation);
            evaluation.Charge(right, new(sign, [left], []));
            if (!Operators.Compare(sign, left, right))
                return false;
            left = right;
        }
        return true;
    }
}
