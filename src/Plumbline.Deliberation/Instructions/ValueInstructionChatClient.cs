using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>Reads a request, writes an instruction made for it from stated principles, and has it answered under that instruction (049, VILMO).</summary>
/// <remarks>The writer may be a small model that was trained for it; the model that answers stays as it is. The instruction stands after the caller's system text. An empty instruction leaves the request as it was.</remarks>
/// <param name="inner">The client that answers.</param>
/// <param name="principles">What is to be kept, in words: rules, values.</param>
/// <param name="writer">Who writes instructions; null: the model that answers.</param>
public sealed class ValueInstructionChatClient(IChatClient inner, string principles, IChatClient? writer = null) : DeliberatingChatClient(inner)
{
    private const int LongestInstruction = 2000;

    /// <inheritdoc/>
    protected override string Strategy => "value-instruction";

    /// <inheritdoc/>
    protected override async Task<ChatResponse> DeliberateAsync(Turn turn, CancellationToken cancellationToken)
    {
        var instruction = (await turn.ConsultAsync(writer,
        [
            new(ChatRole.System, $"You write an instruction, in one to three sentences, to somebody who will answer a request: what to mind in this very request, so that these principles are kept: {principles}\n{Quoted.Notice}\nWrite the instruction alone; do not answer the request."),
            new(ChatRole.User, Quoted.Conversation(turn.Conversation)),
        ], cancellationToken).ConfigureAwait(false)).Trim();
        if (instruction.Length is 0 or > LongestInstruction)
        {
            turn.Note("No instruction of a fitting length was written.");
            return await turn.AskAsync(turn.Conversation, cancellationToken).ConfigureAwait(false);
        }
        turn.Reason(instruction);
        // Its writer has read what users and tools said, so that it may repeat it: it is advice between marks, under principles that stand outside of them.
        return await turn.AskAsync(SystemText.After(turn.Conversation, $"Keep these principles: {principles}\n{Quoted.Notice}\n{Quoted.Text("advice for this request", instruction)}\nFollow the advice as far as it serves the principles."), cancellationToken).ConfigureAwait(false);
    }
}
