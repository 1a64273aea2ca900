using System.Numerics;
using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Builtins;

/// <summary>Functions that every template knows.</summary>
internal static class Globals
{
    public static void AddTo(Scope scope)
    {
        foreach (var (name, function) in ((string, Func<Evaluation, Arguments, JinjaValue>)[])
            [("range", Range), ("dict", Dictionary), ("namespace", Namespace), ("raise_exception", Raise), ("strftime_now", (evaluation, arguments) => TimeText.Write(evaluation.Clock, arguments))])
        {
            scope.Set(name, new FunctionValue(name, function));
        }
    }

    private static JinjaValue Range(Evaluation evaluation, Arguments arguments)
    {
        var bound = arguments.BindAtLeast(1, "start", "stop", "step");
        var numbers = bound.Select(value => value is null ? (BigInteger?)null : arguments.Whole(value, "range", 0)).ToArray();
        var (start, stop, step) = numbers[1] is null ? (0, numbers[0]!.Value, 1) : (numbers[0]!.Value, numbers[1]!.Value, numbers[2] ?? 1);
        if (step.IsZero)
            throw TemplateFault.Type("the step of a range is 0.");
        var count = step.Sign > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
        if (count > 100_000) // what the sandbox of Jinja2 allows
            throw new TemplateFault($"a range of {count} numbers is too long.", "At most 100000.");
        evaluation.Step((long)BigInteger.Max(count, 0));
        return new SequenceValue(SequenceKind.Range, Enumerable.Range(0, (int)BigInteger.Max(count, 0)).Select(index => (JinjaValue)(start + step * index)));
    }

    private static JinjaValue Dictionary(Evaluation evaluation, Arguments arguments)
    {
        var map = new MapValue();
        foreach (var argument in arguments.Positional is { Count: <= 1 } most ? most : throw TemplateFault.Type("'dict' takes one argument without a name."))
        {
            foreach (var pair in argument is MapValue other ? MapMethods.Items(other) : Operators.Walk(argument))
            {
                if (Operators.Walk(pair) is not [var key, var value])
                    throw TemplateFault.Type("'dict' takes pairs of a key and a value.");
                map.Set(key, value);
            }
        }
        foreach (var (name, value) in arguments.Named)
            map.With(name, value);
        return map;
    }

    private static JinjaValue Namespace(Evaluation evaluation, Arguments arguments)
    {
        var space = new NamespaceValue();
        foreach (var (name, value) in ((MapValue)Dictionary(evaluation, arguments)).Entries)
            space.Attributes[PythonText.Str(name).Text] = value;
        return space;
    }

    private static JinjaValue Raise(Evaluation evaluation, Arguments arguments) => throw new TemplateFault(
        PythonText.Str(arguments.BindAtLeast(1, "message")[0]!).Text is { Length: > 0 } message ? message : "the template refuses the conversation.",
        "The chat template of the model refuses this conversation: give it one that follows its rules.");
}
