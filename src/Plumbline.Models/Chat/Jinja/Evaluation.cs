using System.Runtime.CompilerServices;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja;

/// <summary>One rendering of a template: the names that are known, what was written, what may still be spent.</summary>
/// <param name="template">What errors call the template.</param>
/// <param name="scope">The names that it begins with.</param>
/// <param name="clock">What time it is.</param>
internal sealed class Evaluation(string template, Scope scope, TimeProvider clock)
{
    private long steps;
    private int calls;

    public Scope Scope { get; private set; } = scope;

    public MarkedTextBuilder Output { get; private set; } = new(TemplateLimits.Text);

    public TimeProvider Clock => clock;

    /// <summary>Counts work.</summary>
    public void Step(long count = 1)
    {
        steps += count;
        if (steps > TemplateLimits.Steps)
            throw new TemplateFault("the template takes too long.", $"One rendering may take {TemplateLimits.Steps} steps; use a template that does less.");
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new TemplateFault("expressions stand too deep in one another.", "Use a template that is less nested.");
    }

    /// <summary>Counts the work of looking all through a value for what is given.</summary>
    public void Charge(JinjaValue value, Arguments? arguments = null)
    {
        var sought = arguments is null ? 1 : arguments.Positional.Concat(arguments.Named.Select(each => each.Value)).Select(each => each.Weight).DefaultIfEmpty(1).Max();
        Step(value.Weight / 4 * Math.Min(sought, TemplateLimits.Weight));
    }

    /// <summary>Computes with a scope of its own.</summary>
    public T Within<T>(Scope inner, Func<T> compute)
    {
        var before = Scope;
        Scope = inner;
        try
        {
            return compute();
        }
        finally
        {
            Scope = before;
        }
    }

    /// <summary>What statements write, instead of writing it, in a scope of its own.</summary>
    public MarkedText Capture(Scope inner, Func<Flow> write)
    {
        var before = Output;
        Output = new(TemplateLimits.Text);
        try
        {
            Within(inner, write);
            Step(Output.Length / 16);
            return Output.ToText();
        }
        finally
        {
            Output = before;
        }
    }

    /// <summary>Computes inside of a macro.</summary>
    public T Call<T>(Func<T> compute)
    {
        if (calls == TemplateLimits.Calls)
            throw new TemplateFault("macros call one another too deep.", $"At most {TemplateLimits.Calls} deep.");
        calls++;
        try
        {
            return compute();
        }
        finally
        {
            calls--;
        }
    }

    public InputException Wrong(TemplatePosition position, TemplateFault fault) => position.Wrong(template, fault.Problem, fault.Remedy, fault);
}
