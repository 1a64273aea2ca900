namespace Plumbline.Models;

/// <summary>Ids of the tokens that have a part of their own in a conversation.</summary>
/// <remarks>Plain text never becomes one of them, whatever it says; see <see cref="Tokenizer.Encode(string)"/>.</remarks>
public sealed record SpecialTokens
{
    /// <summary>What the tokens of Plumbline's own models are called in files, in the order of their ids.</summary>
    public static IReadOnlyList<string> Names { get; } = ["<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<think>", "</think>"];

    /// <summary>Begins every text, if the model has such a token: <c>bos_token</c>.</summary>
    public int? Begin { get; init; }

    /// <summary>Ends an answer or a text: <c>eos_token</c>.</summary>
    public required int End { get; init; }

    /// <summary>All tokens that end an answer, <see cref="End"/> first.</summary>
    public EquatableArray<int> Ends { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>Fills up short rows: <c>pad_token</c>, or <see cref="End"/> if the model has none.</summary>
    public required int Pad { get; init; }

    /// <summary>Stands for what the vocabulary cannot spell, if the model has such a token: <c>unk_token</c>.</summary>
    public int? Unknown { get; init; }

    /// <summary><c>&lt;think&gt;</c>: reasoning follows.</summary>
    public int? Think { get; init; }

    /// <summary><c>&lt;/think&gt;</c>: reasoning is over.</summary>
    public int? EndThink { get; init; }

    /// <summary><c>&lt;|system|&gt;</c>: the system message follows.</summary>
    public int? System { get; init; }

    /// <summary><c>&lt;|user|&gt;</c>: a user message follows.</summary>
    public int? User { get; init; }

    /// <summary><c>&lt;|assistant|&gt;</c>: an answer follows.</summary>
    public int? Assistant { get; init; }
}
