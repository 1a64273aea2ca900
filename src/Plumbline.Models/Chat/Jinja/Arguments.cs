using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja;

/// <summary>What a call, a filter or a test is given.</summary>
/// <param name="function">What is called, for messages.</param>
/// <param name="Positional">Arguments by position.</param>
/// <param name="Named">Arguments by name.</param>
internal sealed class Arguments(string function, IReadOnlyList<JinjaValue> Positional, IReadOnlyList<(string Name, JinjaValue Value)> Named)
{
    public string Function => function;

    public IReadOnlyList<JinjaValue> Positional { get; } = Positional;

    public IReadOnlyList<(string Name, JinjaValue Value)> Named { get; } = Named;

    /// <summary>Those after the first.</summary>
    public Arguments Rest(string name) => new(name, [.. Positional.Skip(1)], Named);

    /// <summary>The arguments by the names of parameters; null where one is not given.</summary>
    public JinjaValue?[] Bind(params ReadOnlySpan<string> parameters)
    {
        if (Positional.Count > parameters.Length)
            throw TemplateFault.Type($"{function} takes at most {parameters.Length} arguments, {Positional.Count} are given.");
        var bound = new JinjaValue?[parameters.Length];
        for (var i = 0; i < Positional.Count; i++)
            bound[i] = Positional[i];
        foreach (var (name, value) in Named)
        {
            var at = parameters.IndexOf(name);
            if (at < 0)
                throw TemplateFault.Type($"{function} takes no argument '{name}'.");
            if (bound[at] is not null)
                throw TemplateFault.Type($"{function} is given '{name}' twice.");
            bound[at] = value;
        }
        return bound;
    }

    /// <summary>The same, where at least so many must be given.</summary>
    public JinjaValue?[] BindAtLeast(int required, params ReadOnlySpan<string> parameters)
    {
        var bound = Bind(parameters);
        for (var i = 0; i < required; i++)
        {
            if (bound[i] is null)
                throw TemplateFault.Type($"{function} lacks the argument '{parameters[i]}'.");
        }
        return bound;
    }

    /// <summary>An argument that must be text.</summary>
    public MarkedText Text(JinjaValue? value, string name) => value is TextValue text ? text.Marked
        : throw TemplateFault.Type($"{function} needs text for '{name}', not '{value?.TypeName ?? "nothing"}'.");

    /// <summary>An argument that must be text, or null where none is given.</summary>
    public MarkedText? TextOrNull(JinjaValue? value, string name) => value is null or NoneValue ? null : Text(value, name);

    /// <summary>An argument that must be a whole number of ordinary size.</summary>
    public int Whole(JinjaValue? value, string name, int absent) => value switch
    {
        null => absent,
        IntegerValue or BooleanValue => PythonNumber.Of(value)!.Value.Whole is var whole && whole >= int.MinValue && whole <= int.MaxValue
            ? (int)whole
            : throw TemplateFault.Type($"the number for '{name}' of {function} is too large."),
        _ => throw TemplateFault.Type($"{function} needs a whole number for '{name}', not '{value.TypeName}'."),
    };
}
