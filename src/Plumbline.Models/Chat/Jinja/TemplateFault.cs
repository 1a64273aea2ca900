namespace Plumbline.Models.Chat.Jinja;

/// <summary>What went wrong in a template, before it is known where: the expression or statement that was being computed adds its place.</summary>
/// <param name="problem">What is wrong, one sentence.</param>
/// <param name="remedy">How to mend it.</param>
internal sealed class TemplateFault(string problem, string remedy) : Exception(problem)
{
    public string Problem { get; } = problem;

    public string Remedy { get; } = remedy;

    /// <summary>A value of a type with which that cannot be done.</summary>
    public static TemplateFault Type(string problem) => new(problem, "Give the template values of the types that it works with, or mend the template.");

    /// <summary>A value that is not there.</summary>
    public static TemplateFault Undefined(string what) => new(what, "Give the template what it asks for, or let it test with 'is defined' first.");
}
