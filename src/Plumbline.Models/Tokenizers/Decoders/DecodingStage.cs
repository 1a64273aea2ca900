using System.Text;

namespace Plumbline.Models.Tokenizers.Decoders;

/// <summary>One step on the way from tokens to text, in the middle of an answer: takes tokens, or parts of them, and passes on what no later token can change.</summary>
internal abstract class DecodingStage(DecodingStage? next)
{
    private protected DecodingStage Next => next ?? throw new InvalidOperationException();

    /// <param name="part">A token, or part of one.</param>
    /// <param name="isEnd">Whether the token is over.</param>
    public abstract void Push(string part, bool isEnd);

    /// <summary>No token follows.</summary>
    public virtual void Finish() => Next.Finish();
}

/// <summary>A step of <c>decoder</c> in tokenizer.json.</summary>
/// <param name="start">Makes the step for one text, given the step after it.</param>
/// <param name="spelling">The bytes that a token spells where the step reads tokens as bytes; null for a token that it does not, and for a step that reads none so.</param>
internal sealed class TokenDecoder(Func<DecodingStage, DecodingStage> start, Func<string, byte[]?>? spelling = null)
{
    public DecodingStage Start(DecodingStage next) => start(next);

    /// <summary>The bytes that a token spells by itself, perhaps half a character; null if it is read as text.</summary>
    public byte[]? Spell(string token) => spelling?.Invoke(token);

    /// <summary>One after the other.</summary>
    public static TokenDecoder Sequence(IReadOnlyList<TokenDecoder> steps) =>
        new(next => steps.Reverse().Aggregate(next, (after, step) => step.Start(after)), token => steps.Select(step => step.Spell(token)).FirstOrDefault(bytes => bytes is not null));
}

/// <summary>The end of the way: the text.</summary>
internal sealed class TextSink() : DecodingStage(null)
{
    private readonly StringBuilder text = new();

    public override void Push(string part, bool isEnd) => text.Append(part);

    public override void Finish()
    {
    }

    /// <summary>What came since it was last asked.</summary>
    public string Take()
    {
        if (text.Length == 0)
            return "";
        var taken = text.ToString();
        text.Clear();
        return taken;
    }
}

/// <summary>A step that must see a token whole.</summary>
internal abstract class WholeTokenStage(DecodingStage next) : DecodingStage(next)
{
    private readonly StringBuilder held = new();

    public sealed override void Push(string part, bool isEnd)
    {
        if (!isEnd || held.Length > 0)
            held.Append(part);
        if (!isEnd)
            return;
        var token = held.Length > 0 ? held.ToString() : part;
        held.Clear();
        Read(token);
    }

    protected abstract void Read(string token);
}

/// <summary>Changes every token by itself.</summary>
internal sealed class MapStage(Func<string, int, string> change, DecodingStage next) : WholeTokenStage(next)
{
    private int index;

    protected override void Read(string token) => Next.Push(change(token, index++), isEnd: true);
}

/// <summary>Makes one token of all.</summary>
internal sealed class FuseStage(DecodingStage next) : DecodingStage(next)
{
    public override void Push(string part, bool isEnd) => Next.Push(part, isEnd: false);

    public override void Finish()
    {
        Next.Push("", isEnd: true);
        Next.Finish();
    }
}

/// <summary>Puts spaces between tokens: what happens where a tokenizer has no decoder.</summary>
internal sealed class SpacedStage(DecodingStage next) : DecodingStage(next)
{
    private bool follows;

    public override void Push(string part, bool isEnd)
    {
        Next.Push(follows ? $" {part}" : part, isEnd);
        follows = true;
    }
}
