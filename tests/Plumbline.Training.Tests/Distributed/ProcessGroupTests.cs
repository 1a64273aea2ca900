using System.Diagnostics;
using Plumbline.Training.Distributed;

namespace Plumbline.Training.Tests.Distributed;

public sealed class ProcessGroupTests
{
    [Fact]
    public void A_process_that_was_started_alone_trains_alone_and_loads_no_mpi()
    {
        using var model = TinyModel.Make();
        SupervisedTraining.Run(model.Decoder, step => [TinyModel.Text(1, step)], 48, new() { Steps = 1, LearningRate = new Schedule(1e-3) }, null, default);
        Assert.Equal((0, 1, true), (ProcessGroup.Current.Rank, ProcessGroup.Current.Size, ProcessGroup.Current.IsFirst));
        Assert.DoesNotContain(Process.GetCurrentProcess().Modules.Cast<ProcessModule>(), module => module.ModuleName.Contains("libmpi", StringComparison.Ordinal));
    }

    [Fact]
    public void A_launch_is_read_from_the_environment()
    {
        Assert.Null(Read());
        Assert.Equal(new Launch(1, 4), Read(("OMPI_COMM_WORLD_SIZE", "4"), ("OMPI_COMM_WORLD_RANK", "1"), ("PMI_SIZE", "4")));
        Assert.Null(Read(("PMI_SIZE", "1"), ("SLURM_STEP_NUM_TASKS", "1")));
    }

    [Theory]
    [InlineData("MPI_LOCALNRANKS", "2", "MPICH")]
    [InlineData("PMI_SIZE", "2", "Intel")]
    [InlineData("SLURM_STEP_NUM_TASKS", "2", "srun")]
    [InlineData("OMPI_COMM_WORLD_SIZE", "two", "no whole number")]
    [InlineData("OMPI_COMM_WORLD_SIZE", "0", "at least 1")]
    [InlineData("OMPI_COMM_WORLD_SIZE", "2", "OMPI_COMM_WORLD_RANK")] // the other one is not there
    public void Another_launcher_is_refused_by_name(string variable, string value, string complaint)
    {
        var problem = Assert.Throws<InputException>(() => Read((variable, value)));
        Assert.Contains(complaint, problem.Message, StringComparison.Ordinal);
    }

    [Fact] // longest first, to whoever has the least: 9 | 7, then 5 to the second, 4 to the first, 3 to the second, 1 to the first
    public void Shares_are_disjoint_complete_balanced_and_in_order()
    {
        int[] work = [5, 1, 9, 3, 7, 4];
        var shares = Enumerable.Range(0, 2).Select(rank => new Member(rank, 2).Share(work, each => each)).ToArray();
        Assert.Equal([1, 9, 4], shares[0]);
        Assert.Equal([5, 3, 7], shares[1]);
        Assert.Empty(new Member(2, 3).Share([4, 4], each => each));
        Assert.Same(work, new SingleProcess().Share(work, each => each));
    }

    private static Launch? Read(params (string Name, string Value)[] variables) => Launch.Read(name => variables.FirstOrDefault(each => each.Name == name).Value);

    /// <summary>A rank that is asked for nothing but its share.</summary>
    private sealed class Member(int rank, int size) : ProcessGroup
    {
        public override int Rank => rank;

        public override int Size => size;

        internal override IReadOnlyList<byte[]> Gather(ReadOnlySpan<byte> said) => throw new InvalidOperationException();

        internal override IPendingSum BeginSum(IntPtr numbers, int count) => throw new InvalidOperationException();

        internal override void End(Exception problem, string? goOn) => throw problem;
    }
}
