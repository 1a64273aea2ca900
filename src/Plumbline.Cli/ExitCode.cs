namespace Plumbline.Cli;

/// <summary>What the process says to the shell that started it.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Fine = 0;

    /// <summary>A claim or a rule does not hold.</summary>
    public const int DoesNotHold = 1;

    /// <summary>The input is wrong: an option, a file, a name.</summary>
    public const int BadInput = 2;

    /// <summary>The program is wrong (<c>EX_SOFTWARE</c>).</summary>
    public const int Unexpected = 70;

    /// <summary>Somebody pressed Ctrl-C.</summary>
    public const int Cancelled = 130;
}
