using System.Security.Cryptography;
using System.Text.Json;

namespace Plumbline.Runs;

/// <summary>One stage of a run. It is complete once it is marked so and the artefacts it vouched for are still what they were.</summary>
/// <remarks>The mark is <c>stages/NAME</c>: when it was set, and the SHA-256 of each artefact.</remarks>
public sealed class RunStage
{
    private readonly RunFolder _run;
    private readonly string _mark;

    internal RunStage(RunFolder run, string name, string mark)
    {
        (_run, Name, _mark) = (run, name, mark);
    }

    /// <summary>What the stage is called.</summary>
    public string Name { get; }

    /// <summary>Whether it was completed, and every artefact that it vouched for has the content it had then.</summary>
    public bool IsComplete
    {
        get
        {
            if (!File.Exists(_run.At(_mark)))
                return false;
            try
            {
                return _run.ReadJson<Mark>(_mark).Artefacts?.All(artefact => File.Exists(_run.At(artefact.Key)) && Hash(artefact.Key) == artefact.Value) ?? false;
            }
            catch (InputException)
            {
                return false; // a mark that cannot be read says nothing; the stage is done again
            }
        }
    }

    /// <summary>Marks it as complete.</summary>
    /// <param name="time">When.</param>
    /// <param name="artefacts">Files that it made, relative to the run folder; they are in place.</param>
    /// <exception cref="InputException">The mark cannot be written, or an artefact is not there.</exception>
    internal void Complete(DateTimeOffset time, IEnumerable<string> artefacts) =>
        _run.WriteJson(_mark, new Mark(time, artefacts.ToDictionary(artefact => artefact.Replace('\\', '/'), Hash)));

    private string Hash(string artefact)
    {
        try
        {
            using var stream = File.OpenRead(_run.At(artefact));
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(_run.At(artefact), $"the file cannot be read: {problem.Message}", "Have the stage done again with --resume.", problem);
        }
    }

    private sealed record Mark(DateTimeOffset At, IReadOnlyDictionary<string, string>? Artefacts);
}
