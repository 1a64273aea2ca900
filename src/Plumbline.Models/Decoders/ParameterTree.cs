using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Plumbline.Models;

/// <summary>Modules that hold nothing but parameters and each other, so that a parameter gets the dotted name it has in a checkpoint.</summary>
internal sealed class ParameterTree(string name) : Module(name)
{
    /// <summary>Registers a parameter under a module and makes the modules on the way to it.</summary>
    /// <param name="root">Where the name begins.</param>
    /// <param name="name">For example <c>model.norm.weight</c>.</param>
    /// <param name="parameter">The parameter.</param>
    public static Parameter Add(Module root, string name, Parameter parameter)
    {
        var steps = name.Split('.');
        var at = root;
        foreach (var step in steps[..^1])
        {
            var next = at.named_children().FirstOrDefault(child => child.name == step).module;
            if (next is null)
                at.register_module(step, next = new ParameterTree(step));
            at = next;
        }
        parameter.DetachFromDisposeScope(); // or a model made inside a scope would be empty after it
        at.register_parameter(steps[^1], parameter);
        return parameter;
    }
}
