using Microsoft.Extensions.AI;
using Plumbline.Models.Tokenizers;

namespace Plumbline.Models.Chat;

/// <summary>Reads an answer token by token: reasoning, text, calls of tools. A token may be half a character; its text comes with the other half.</summary>
/// <remarks>Where the tokenizer has tokens for <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c> only these count, else the text does.</remarks>
internal sealed class StreamedAnswer(Tokenizer tokenizer, AnswerFormat format)
{
    private readonly TokenStream text = new(tokenizer);
    private readonly AnswerText answer = new(format, tokenizer.Special.Think is null);
    private bool over;

    /// <returns>What the token adds, if anything.</returns>
    public IReadOnlyList<AIContent> Read(int token)
    {
        var special = tokenizer.Special;
        if (over || token == special.End || special.Ends.Contains(token))
        {
            over = true;
            return [];
        }
        if (token == special.Think && answer.AtBeginning)
        {
            answer.BeginReasoning();
            return [];
        }
        if (token == special.EndThink && answer.InReasoning)
            return [.. answer.Read(text.Flush()), .. answer.EndReasoning()];
        return answer.Read(text.Push(token));
    }

    /// <returns>What was held back.</returns>
    public IReadOnlyList<AIContent> Finish() => [.. answer.Read(text.Flush()), .. answer.Finish()];
}
