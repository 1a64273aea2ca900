using Microsoft.Extensions.AI;

namespace Plumbline.Auditing;

/// <summary>The model under test with fixed settings.</summary>
/// <param name="Name">Short name, for example <c>base</c>.</param>
/// <param name="Description">One sentence for the report: which weights, which prompt, which middleware.</param>
/// <param name="Client">Who answers.</param>
/// <param name="Options">How: temperature, length. The seed is set by the audit, another for each item.</param>
public sealed record Subject(string Name, string Description, IChatClient Client, ChatOptions Options);
