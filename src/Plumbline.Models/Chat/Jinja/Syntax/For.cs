using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary><c>{% for target in elements if condition %}…{% else %}…{% endfor %}</c>; each round has a scope of its own.</summary>
internal sealed class For(TemplatePosition position, Target target, Expression elements, Expression? condition, IReadOnlyList<Statement> body, IReadOnlyList<Statement> otherwise)
    : Statement(position)
{
    protected override Flow Run(Evaluation evaluation)
    {
        var outer = evaluation.Scope;
        var walked = Walked(evaluation);
        if (walked.Count == 0)
            return evaluation.Within(new(outer), () => Execute(otherwise, evaluation));
        var loop = new LoopValue(walked);
        for (loop.Index = 0; loop.Index < walked.Count; loop.Index++)
        {
            var scope = new Scope(outer);
            scope.Set("loop", loop);
            target.Set(scope, walked[loop.Index]);
            evaluation.Step();
            if (evaluation.Within(scope, () => Execute(body, evaluation)) == Flow.Break)
                break;
        }
        return Flow.Next;
    }

    private IReadOnlyList<JinjaValue> Walked(Evaluation evaluation)
    {
        var value = elements.Evaluate(evaluation);
        evaluation.Charge(value);
        var all = Operators.Walk(value);
        evaluation.Step(all.Count);
        if (condition is null)
            return all;
        var outer = evaluation.Scope;
        return [.. all.Where(element =>
        {
            var scope = new Scope(outer);
            target.Set(scope, element);
            return evaluation.Within(scope, () => condition.Evaluate(evaluation).Truth);
        })];
    }
}
