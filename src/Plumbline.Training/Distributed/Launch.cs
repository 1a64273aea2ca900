using System.Globalization;

namespace Plumbline.Training.Distributed;

/// <summary>What a launcher of MPI programs told this process, read from its environment without loading a library.</summary>
/// <param name="Rank">Which process it is, from 0.</param>
/// <param name="Size">How many were started.</param>
internal sealed record Launch(int Rank, int Size)
{
    /// <summary>What Open MPI's <c>mpirun</c> sets.</summary>
    private const string SizeVariable = "OMPI_COMM_WORLD_SIZE", RankVariable = "OMPI_COMM_WORLD_RANK";

    private static readonly (string Variable, string Launcher)[] Others =
        [("MPI_LOCALNRANKS", "the mpirun of MPICH or Intel MPI"), ("PMI_SIZE", "the mpirun of MPICH or Intel MPI"), ("SLURM_STEP_NUM_TASKS", "srun")];

    /// <summary>The launch of this process, or null if it was started alone.</summary>
    /// <exception cref="InputException">It was started by the launcher of an MPI library that is not supported.</exception>
    public static Launch? OfThisProcess() => Read(Environment.GetEnvironmentVariable);

    internal static Launch? Read(Func<string, string?> variable)
    {
        if (variable(SizeVariable) is { } told)
        {
            var size = Number(SizeVariable, told, 1);
            return new(Number(RankVariable, variable(RankVariable), 0), size);
        }
        foreach (var (name, launcher) in Others)
        {
            if (int.TryParse(variable(name), CultureInfo.InvariantCulture, out var processes) && processes > 1)
                throw new InputException($"environment variable {name}", $"{processes} processes were started by {launcher}, which is not supported: each would believe that it is alone.", OpenMpi.Remedy);
        }
        return null;
    }

    private static int Number(string name, string? text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number
            : throw new InputException($"environment variable {name}", $"'{text}' is no whole number of at least {least}.", "mpirun sets it; do not set it by hand.");
}
