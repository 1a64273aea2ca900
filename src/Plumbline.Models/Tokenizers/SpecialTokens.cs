namespace Plumbline.Models;

/// <summary>Ids of the tokens that mark who speaks. Text never becomes one of them, whatever it says.</summary>
/// <param name="Pad"><c>&lt;|pad|&gt;</c>: fills up short rows.</param>
/// <param name="System"><c>&lt;|system|&gt;</c>: the system message follows.</param>
/// <param name="User"><c>&lt;|user|&gt;</c>: a user message follows.</param>
/// <param name="Assistant"><c>&lt;|assistant|&gt;</c>: an answer follows.</param>
/// <param name="End"><c>&lt;|end|&gt;</c>: a message is over.</param>
/// <param name="Think"><c>&lt;think&gt;</c>: reasoning follows.</param>
/// <param name="EndThink"><c>&lt;/think&gt;</c>: reasoning is over.</param>
public sealed record SpecialTokens(int Pad, int System, int User, int Assistant, int End, int Think, int EndThink)
{
    /// <summary>What the tokens are called in files, in the order of the parameters.</summary>
    public static IReadOnlyList<string> Names { get; } = ["<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<think>", "</think>"];
}
