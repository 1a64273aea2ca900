using System.Text.RegularExpressions;

namespace Plumbline.Worlds.Counter;

/// <summary>One sentence of an answer in the plain form that phrases are looked for in: lower case, straight apostrophes, contractions written out.</summary>
/// <param name="Text">The sentence without its end.</param>
/// <param name="IsQuestion">Whether it ends with a question mark.</param>
internal sealed partial record AnswerSentence(string Text, bool IsQuestion)
{
    /// <summary>Whether something is asked: a question, or "please tell me …".</summary>
    public bool Asks => IsQuestion || AnswerPhrases.Telling().IsMatch(Text);

    /// <summary>The sentences of an answer; at least one, which may be empty.</summary>
    public static IReadOnlyList<AnswerSentence> Split(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var text = Plain(answer);
        var sentences = new List<AnswerSentence>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('.' or '?' or '!' or ';' or '\n') || text[i] == '.' && IsBetweenDigits(text, i))
                continue;
            Add(i, text[i] == '?');
            start = i + 1;
        }

        Add(text.Length, false);
        return sentences.Count > 0 ? sentences : [new AnswerSentence("", false)];

        void Add(int end, bool isQuestion)
        {
            if (text[start..end].Trim(' ', '\t', ',', ':', '"', '\'', '-') is { Length: > 0 } sentence)
                sentences.Add(new AnswerSentence(sentence, isQuestion));
        }
    }

    private static bool IsBetweenDigits(string text, int i) => i > 0 && i + 1 < text.Length && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]);

    private static string Plain(string answer)
    {
        var text = Marks().Replace(answer.ToLowerInvariant(), mark => mark.ValueSpan[0] switch
        {
            '’' or '‘' or 'ʼ' or '´' or '`' => "'",
            '“' or '”' => "\"",
            '–' or '—' => " - ",
            '…' => ".",
            _ => "",
        });
        text = RuleName().Replace(text, "");
        text = Contraction().Replace(text, word => word.Value switch
        {
            "can't" or "cannot" or "cant" => "can not",
            "won't" or "wont" => "will not",
            "shan't" => "shall not",
            "i'm" => "i am",
            "let's" => "let us",
            var other when other.EndsWith("'ll", StringComparison.Ordinal) => other[..^3] + " will",
            var other when other.EndsWith("'re", StringComparison.Ordinal) => other[..^3] + " are",
            var other when other.EndsWith("'ve", StringComparison.Ordinal) => other[..^3] + " have",
            var other when other.EndsWith("n't", StringComparison.Ordinal) => other[..^3] + " not",
            var other => other[..^2] + " not",
        });
        return But().Replace(Blanks().Replace(text, " "), ";");
    }

    /// <summary>Marks that are put in another way, and those of Markdown, which say nothing.</summary>
    [GeneratedRegex("[’‘ʼ´`“”–—…*_#>~]")]
    private static partial Regex Marks();

    /// <summary>A rule's name in brackets says which rule, not what is decided: "(no-secrets)", "[rule: receipt]".</summary>
    [GeneratedRegex(@"[(\[](?:see |per |rule:? )*[a-z0-9]+(?:-[a-z0-9]+)*(?: rule)?[)\]]")]
    private static partial Regex RuleName();

    [GeneratedRegex(@"\b(?:can't|cannot|cant|won't|wont|shan't|i'm|let's|(?:i|you|we|they|he|she|it|that|manager|colleague)'ll|(?:you|we|they)'re|(?:i|you|we|they)'ve|(?:do|does|did|is|are|was|were|could|would|should|has|have|had|must|need)n't|(?:dont|doesnt|didnt|isnt|arent|couldnt|wouldnt|shouldnt))\b")]
    private static partial Regex Contraction();

    /// <summary>What follows "but" stands for itself.</summary>
    [GeneratedRegex(@",? (?:but|however)\b,?")]
    private static partial Regex But();

    [GeneratedRegex(@"[ \t\r\u00A0]+")]
    private static partial Regex Blanks();
}
