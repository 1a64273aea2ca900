namespace Plumbline.Server.Upstreams;

/// <summary>An upstream gave no answer that can be handed on. Says nothing of what was asked, of keys, or of what the upstream said.</summary>
/// <param name="fault">What it did.</param>
/// <param name="retryAfter">How long it asks to be left alone, or null.</param>
/// <param name="cause">What revealed it, or null.</param>
internal sealed class UpstreamException(UpstreamFault fault, TimeSpan? retryAfter = null, Exception? cause = null) : Exception($"An upstream failed: {fault}.", cause)
{
    /// <summary>What it did.</summary>
    public UpstreamFault Fault { get; } = fault;

    /// <summary>How long it asks to be left alone, or null.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether the same request may be answered later, or by another.</summary>
    public bool IsPassing => Fault is not (UpstreamFault.TooLarge or UpstreamFault.NotServed);

    /// <summary>Whether it says something of the upstream's health.</summary>
    public bool IsIllness => Fault is UpstreamFault.Failed or UpstreamFault.Unreachable or UpstreamFault.TooLate or UpstreamFault.Unreadable or UpstreamFault.CutShort or UpstreamFault.KeyRefused;
}

/// <summary>Ways in which an upstream fails.</summary>
internal enum UpstreamFault
{
    /// <summary>It wants fewer requests (429).</summary>
    Busy,

    /// <summary>It says that it failed (5xx, 408, 409).</summary>
    Failed,

    /// <summary>Nobody answers at its address, or the connection broke before an answer began.</summary>
    Unreachable,

    /// <summary>It took longer than it may.</summary>
    TooLate,

    /// <summary>What it said is not what the API says.</summary>
    Unreadable,

    /// <summary>Its answer stopped in the middle.</summary>
    CutShort,

    /// <summary>Its answer, or one event of it, is longer than it may be.</summary>
    TooLarge,

    /// <summary>It does not accept the gateway's key (401, 403).</summary>
    KeyRefused,

    /// <summary>It failed so often that it is left alone for a while.</summary>
    Resting,

    /// <summary>No upstream serves the model.</summary>
    NotServed,
}
