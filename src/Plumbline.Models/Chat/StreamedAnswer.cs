using Microsoft.Extensions.AI;
using Plumbline.Models.Tokenizers;

namespace Plumbline.Models.Chat;

/// <summary>Reads an answer token by token, as <see cref="ChatTemplate.Parse"/> reads it whole. A token may be half a character; its text comes with the other half.</summary>
internal sealed class StreamedAnswer(Tokenizer tokenizer)
{
    private readonly TokenStream text = new(tokenizer);
    private bool begun, reasoning, over;

    /// <returns>What the token adds, if anything.</returns>
    public AIContent? Read(int token)
    {
        var special = tokenizer.Special;
        var first = !begun;
        begun = true;
        if (over || token == special.End)
        {
            over = true;
            return null;
        }
        if (first && token == special.Think)
        {
            reasoning = true;
            return null;
        }
        if (reasoning && token == special.EndThink)
        {
            var rest = Finish();
            reasoning = false;
            return rest;
        }
        return Content(text.Push(token));
    }

    /// <returns>Half a character that was left over, as U+FFFD.</returns>
    public AIContent? Finish() => Content(text.Flush());

    private AIContent? Content(string text) =>
        text.Length == 0 ? null
        : reasoning ? new TextReasoningContent(text)
        : new TextContent(text);
}
