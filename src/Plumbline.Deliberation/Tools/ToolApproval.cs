using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>The mark of a call that a gate let through: a keyed hash of its name and arguments, so that nothing else can run in its place (004).</summary>
/// <remarks>The key is drawn anew for each approval object and never leaves it: neither a model nor a server can make a mark.</remarks>
public sealed class ToolApproval
{
    private const string Property = "plumbline.approval";
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Marks a call as it is.</summary>
    public FunctionCallContent Approve(FunctionCallContent call)
    {
        ArgumentNullException.ThrowIfNull(call);
        (call.AdditionalProperties ??= [])[Property] = Mark(call.CallId, call.Name, call.Arguments);
        return call;
    }

    /// <summary>Whether a call was let through with just these arguments.</summary>
    public bool IsApproved(FunctionCallContent call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.AdditionalProperties?.TryGetValue(Property, out string? mark) is true && mark is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mark), Encoding.ASCII.GetBytes(Mark(call.CallId, call.Name, call.Arguments)));
    }

    /// <summary>A function that runs for approved calls alone, inside a <see cref="FunctionInvokingChatClient"/>.</summary>
    /// <param name="function">What runs.</param>
    public AIFunction Guard(AIFunction function) => new GuardedFunction(function, this);

    private string Mark(string id, string name, IDictionary<string, object?>? arguments)
    {
        // Sorted by name, so that the order in which a server writes them plays no part.
        var sorted = new SortedDictionary<string, object?>(arguments ?? new Dictionary<string, object?>(), StringComparer.Ordinal);
        return Convert.ToHexString(HMACSHA256.HashData(_key, JsonSerializer.SerializeToUtf8Bytes(new { id, name, arguments = sorted }, AIJsonUtilities.DefaultOptions)));
    }

    private sealed class GuardedFunction(AIFunction inner, ToolApproval approval) : DelegatingAIFunction(inner)
    {
        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            if (FunctionInvokingChatClient.CurrentContext?.CallContent is not { } call || call.Name != Name || !approval.IsApproved(call) || !SameArguments(call, arguments))
                throw new ToolNotApprovedException(Name);
            return base.InvokeCoreAsync(arguments, cancellationToken);
        }

        private static bool SameArguments(FunctionCallContent call, AIFunctionArguments arguments) =>
            arguments.Count == (call.Arguments?.Count ?? 0) && arguments.All(argument => call.Arguments!.TryGetValue(argument.Key, out var approved)
                && JsonSerializer.Serialize(argument.Value, AIJsonUtilities.DefaultOptions) == JsonSerializer.Serialize(approved, AIJsonUtilities.DefaultOptions));
    }
}

/// <summary>A tool was about to run for a call that no gate let through.</summary>
/// <param name="tool">The tool's name.</param>
public sealed class ToolNotApprovedException(string tool)
    : InvalidOperationException($"The tool '{tool}' was called without the approval of the tool gate. Put UseToolGate directly inside UseFunctionInvocation, with the same ToolApproval.");
