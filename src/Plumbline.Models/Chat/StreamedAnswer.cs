using System.Text;
using Microsoft.Extensions.AI;

namespace Plumbline.Models.Chat;

/// <summary>Reads an answer token by token, as <see cref="ChatTemplate.Parse"/> reads it whole. A token may be half a character; its text comes with the other half.</summary>
internal sealed class StreamedAnswer(Tokenizer tokenizer)
{
    private readonly System.Text.Decoder text = Encoding.UTF8.GetDecoder();
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
        return Content(tokenizer.BytesOf(token), flush: false);
    }

    /// <returns>Half a character that was left over, as U+FFFD.</returns>
    public AIContent? Finish() => Content([], flush: true);

    private AIContent? Content(ReadOnlySpan<byte> bytes, bool flush)
    {
        var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length + 4)];
        var count = text.GetChars(bytes, characters, flush);
        return count == 0 ? null
            : reasoning ? new TextReasoningContent(new(characters, 0, count))
            : new TextContent(new(characters, 0, count));
    }
}
