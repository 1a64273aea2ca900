namespace Plumbline.Auditing;

/// <summary>How far an audit is.</summary>
/// <param name="Subject">Who is audited.</param>
/// <param name="Done">Conversations that have ended.</param>
/// <param name="Total">Conversations in all.</param>
/// <param name="Errors">Of those that have ended, how many broke before there was an answer.</param>
public sealed record AuditProgress(string Subject, int Done, int Total, int Errors);
