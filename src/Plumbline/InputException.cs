namespace Plumbline;

/// <summary>Bad input: says what is wrong, where, what was expected and how to mend it.</summary>
/// <remarks>The command line prints <see cref="Exception.Message"/> without a stack trace and exits with 2.</remarks>
public sealed class InputException : Exception
{
    /// <param name="place">Where: a file, with <c>:line:column</c> or another position if there is one.</param>
    /// <param name="problem">What is wrong, one sentence.</param>
    /// <param name="remedy">What was expected and how to mend it.</param>
    /// <param name="cause">What revealed it, if another exception did.</param>
    public InputException(string place, string problem, string remedy, Exception? cause = null)
        : base($"{place}: {problem}{Environment.NewLine}  {remedy}", cause)
    {
        Place = place;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>Where the input is wrong, for example <c>counter.spec.yaml:14:5</c>.</summary>
    public string Place { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }

    /// <summary>What was expected and how to mend it.</summary>
    public string Remedy { get; }
}
