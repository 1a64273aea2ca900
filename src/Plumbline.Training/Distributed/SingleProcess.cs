namespace Plumbline.Training.Distributed;

/// <summary>One process alone.</summary>
internal sealed class SingleProcess : ProcessGroup, IPendingSum
{
    public override int Rank => 0;

    public override int Size => 1;

    public void Wait()
    {
    }

    internal override IReadOnlyList<byte[]> Gather(ReadOnlySpan<byte> said) => [said.ToArray()];

    internal override IPendingSum BeginSum(IntPtr numbers, int count) => this;

    internal override void End(Exception problem, string? goOn = null)
    {
    }
}
