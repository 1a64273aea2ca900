using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>A call of a tool before it runs.</summary>
/// <param name="Conversation">What was said.</param>
/// <param name="Thought">What the model said it would do, with its reasoning; may be empty.</param>
/// <param name="Call">The call.</param>
/// <param name="Tool">The tool as the model knows it; null where it was offered none of that name.</param>
public sealed record ToolReview(IReadOnlyList<ChatMessage> Conversation, string Thought, FunctionCallContent Call, AIFunctionDeclaration? Tool);

/// <summary>What is wrong with a call (004, D-Artemis).</summary>
public enum ToolError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Another tool is meant, or there is none of that name.</summary>
    WrongTool,

    /// <summary>The tool is right and an argument is not.</summary>
    WrongArgument,

    /// <summary>What the call acts on is not there.</summary>
    MissingTarget,

    /// <summary>The task is ended before it is done, or goes on when it is.</summary>
    WrongMoment,

    /// <summary>A rule forbids it.</summary>
    Forbidden,

    /// <summary>Nobody could tell.</summary>
    Unknown,
}

/// <summary>What a checker makes of a call.</summary>
/// <param name="Consistency">How sure it is that the call does what the thought says and no rule forbids it, from 0 to 1.</param>
/// <param name="Error">What is wrong where it is not.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Rule">The rule that forbids the call, or null.</param>
public sealed record ToolCheck(double Consistency, ToolError Error, string Reason, Rule? Rule = null);

/// <summary>Says whether a call does what the thought says, and whether the rules allow it.</summary>
public interface IToolChecker
{
    /// <summary>Checks one call.</summary>
    ValueTask<ToolCheck> CheckAsync(ToolReview review, Turn turn, CancellationToken cancellationToken);
}

/// <summary>Mends a call that a checker refused.</summary>
public interface IToolCorrector
{
    /// <summary>Another call in its place; null where it cannot be mended, and then it does not run.</summary>
    ValueTask<FunctionCallContent?> CorrectAsync(ToolReview review, ToolCheck check, Turn turn, CancellationToken cancellationToken);
}

/// <summary>What a person decides about a call that the gate is not sure of.</summary>
public enum ToolDecision
{
    /// <summary>It runs as it is.</summary>
    Run,

    /// <summary>The corrector may mend it.</summary>
    Correct,

    /// <summary>It does not run.</summary>
    Stop,
}
