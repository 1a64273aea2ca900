namespace Plumbline;

/// <summary>A chat client that can answer many conversations in lock-step, so that one forward pass serves them all and the
/// result does not depend on how tasks are scheduled. Found with <c>client.GetService&lt;IBatchGate&gt;()</c> through any middleware.</summary>
public interface IBatchGate
{
    /// <summary>Opens a wave: calls are held until every conversation of the wave that is still seated waits for one.</summary>
    /// <param name="conversations">How many conversations take part, at least 1.</param>
    IBatchWave Open(int conversations);
}

/// <summary>Conversations that are answered in lock-step; disposing it lets every call through alone again.</summary>
public interface IBatchWave : IDisposable
{
    /// <summary>Seats one conversation for the current asynchronous flow; disposing the seat when the conversation ends lets the others go on without it.</summary>
    /// <param name="index">Which conversation, 0-based; batches are ordered by it.</param>
    IDisposable Take(int index);
}
