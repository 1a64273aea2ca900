using System.Globalization;

namespace Plumbline;

/// <summary>Bad input: says what is wrong, where, what was expected and how to mend it.</summary>
/// <remarks>
/// The command line prints <see cref="Exception.Message"/> without a stack trace and exits with 2. What is said quotes the input: characters that would move the cursor of a
/// terminal, or end a text, are written as their numbers.
/// </remarks>
public sealed class InputException : Exception
{
    /// <param name="place">Where: a file, with <c>:line:column</c> or another position if there is one.</param>
    /// <param name="problem">What is wrong, one sentence.</param>
    /// <param name="remedy">What was expected and how to mend it.</param>
    /// <param name="cause">What revealed it, if another exception did.</param>
    public InputException(string place, string problem, string remedy, Exception? cause = null)
        : base($"{Visible(place)}: {Visible(problem)}{Environment.NewLine}  {Visible(remedy)}", cause)
    {
        Place = Visible(place);
        Problem = Visible(problem);
        Remedy = Visible(remedy);
    }

    /// <summary>Where the input is wrong, for example <c>counter.spec.yaml:14:5</c>.</summary>
    public string Place { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }

    /// <summary>What was expected and how to mend it.</summary>
    public string Remedy { get; }

    private static string Visible(string text) =>
        text.Any(Hides) ? string.Concat(text.Select(letter => Hides(letter) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}") : $"{letter}")) : text;

    private static bool Hides(char letter) => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t');
}
