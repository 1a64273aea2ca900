using Plumbline.Models.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>A small set of parameters that changes what a decoder computes and leaves its weights as they are; in the layout of PEFT on disk.</summary>
/// <remarks>
/// Attached with <see cref="Decoder.Attach"/>, one at a time. Generation, training and <see cref="Decoder.Hidden"/> then see it; <see cref="Decoder.Save"/> does not.
/// A <see cref="KeyValueCache"/> belongs to the decoder as it was when the cache was made: with the adapter or without.
/// </remarks>
public abstract class Adapter : IDisposable
{
    /// <summary>Name of the configuration in an adapter folder.</summary>
    public const string ConfigName = "adapter_config.json";

    /// <summary>Name of the file with the weights in an adapter folder.</summary>
    public const string WeightsName = "adapter_model.safetensors";

    internal const long MaximumConfigBytes = 1 << 20;

    private protected const string Prefix = "base_model.model.";

    private protected Adapter()
    {
    }

    /// <summary>Its parameters, float32, by the names that PEFT gives them in the file, in the order of the names.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Parameters => [.. Named.OrderBy(each => each.Name, StringComparer.Ordinal)];

    /// <summary>What it is, with all that decides what it computes besides its parameters, in one line: the same line, the same computation.</summary>
    public abstract string Description { get; }

    /// <summary>Tokens of the context that it takes up.</summary>
    public virtual int VirtualTokens => 0;

    /// <summary>How many tokens after those of the vocabulary texts may have.</summary>
    internal virtual int NewTokens => 0;

    /// <summary>How it chooses among experts, or null if all tokens are treated alike.</summary>
    internal virtual StepRoute? Route => null;

    private protected abstract IEnumerable<(string Name, Parameter Value)> Named { get; }

    /// <summary>Reads an adapter folder of any kind that is supported: <c>LORA</c>, <c>STEP_LORA</c>, <c>PROMPT_TUNING</c>, <c>TRAINABLE_TOKENS</c>, or output heads.</summary>
    /// <param name="folder">The folder, with adapter_config.json and adapter_model.safetensors.</param>
    /// <exception cref="InputException">A file is missing, malformed, or asks for what is not supported.</exception>
    public static Adapter Load(string folder)
    {
        var kind = JsonPlace.Open(Path.Combine(folder, ConfigName), MaximumConfigBytes)["peft_type"];
        return kind.Text() switch
        {
            LowRankAdapterConfig.Kind or LowRankAdapterConfig.StepKind => LowRankAdapter.Load(folder),
            SoftPrompt.Kind => SoftPrompt.Load(folder),
            ControlTokens.Kind => ControlTokens.Load(folder),
            OutputHeads.Kind => OutputHeads.Load(folder),
            _ => throw kind.Wrong($"adapters of type '{kind.Text()}' are not supported.", $"Supported are {LowRankAdapterConfig.Kind}, {LowRankAdapterConfig.StepKind}, {SoftPrompt.Kind}, {ControlTokens.Kind} and {OutputHeads.Kind}."),
        };
    }

    /// <summary>Makes a decoder compute with the adapter in the way that is fastest to write with: what can be merged is merged, the rest is attached.</summary>
    /// <param name="decoder">The decoder that the adapter was made for.</param>
    /// <exception cref="InputException">The adapter was made for another decoder; nothing was changed.</exception>
    public virtual void ApplyTo(Decoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        decoder.Attach(this);
    }

    /// <summary>Says that what is computed until the end of the scope is a pass of training: dropout is applied, with masks that depend on seed, step, pass and module only.</summary>
    /// <param name="stepNumber">Which step of training.</param>
    /// <param name="pass">Which pass of the step.</param>
    /// <remarks>The gradients of the pass belong into the scope too: what is computed again for them needs the same masks.</remarks>
    public virtual IDisposable Training(long stepNumber, int pass) => new Ending(() => { });

    /// <summary>Writes adapter_config.json and adapter_model.safetensors, as PEFT reads them.</summary>
    /// <param name="folder">The folder; made if it is not there. Each file is replaced in one step.</param>
    public void Save(string folder)
    {
        WriteConfig(folder);
        SafeTensors.Save(Path.Combine(folder, WeightsName), Parameters.Select(each => (each.Name, (Tensor)each.Value)), new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, value) in Named)
            value.Dispose();
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether texts are written in it, so that they mean nothing without it.</summary>
    internal virtual bool ChangesTexts => false;

    /// <summary>Prepares for a decoder.</summary>
    /// <exception cref="InputException">The adapter was made for another one.</exception>
    internal abstract void Connect(Decoder decoder);

    /// <summary>What it adds to a projection, or null if it leaves it as it is.</summary>
    /// <param name="name">The parameter, for example <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
    internal virtual LowRankChange? ChangeOf(string name) => null;

    private protected abstract void WriteConfig(string folder);

    /// <summary>Lets go of what is not a parameter.</summary>
    private protected virtual void Release()
    {
    }

    /// <summary>A parameter that outlives every dispose scope.</summary>
    private protected static Parameter Own(Tensor tensor)
    {
        var parameter = new Parameter(tensor);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    /// <summary>The parameter on a device: itself, or one in its place.</summary>
    private protected static Parameter Moved(Parameter parameter, Device device)
    {
        if (parameter.device == device)
            return parameter;
        using (parameter)
            return Own(parameter.detach().to(device));
    }
}
