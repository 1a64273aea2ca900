namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>What can be called: a macro, a method of a value, a function of the engine.</summary>
/// <param name="name">Its name, for messages.</param>
/// <param name="call">What it does.</param>
internal sealed class FunctionValue(string name, Func<Evaluation, Arguments, JinjaValue> call) : JinjaValue
{
    public string Name => name;

    public override string TypeName => "function";

    public override bool Truth => true;

    public JinjaValue Call(Evaluation evaluation, Arguments arguments) => call(evaluation, arguments);
}
