namespace Plumbline.Models;

/// <summary>Something that is true until it is disposed.</summary>
/// <param name="end">What ends it; happens once.</param>
internal sealed class Ending(Action end) : IDisposable
{
    private Action? pending = end;

    public void Dispose() => Interlocked.Exchange(ref pending, null)?.Invoke();
}
