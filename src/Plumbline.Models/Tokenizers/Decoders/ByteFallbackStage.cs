using System.Globalization;
using System.Text;

namespace Plumbline.Models.Tokenizers.Decoders;

/// <summary>Reads runs of tokens such as <c>&lt;0x61&gt;</c> as bytes. A run that is no UTF-8 is U+FFFD for every byte; so it is not certain before it is over.</summary>
internal sealed class ByteFallbackStage(DecodingStage next) : WholeTokenStage(next)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<byte> run = [];

    public override void Finish()
    {
        PassRun();
        Next.Finish();
    }

    protected override void Read(string token)
    {
        if (ByteOf(token) is { } value)
        {
            run.Add(value);
            return;
        }
        PassRun();
        Next.Push(token, isEnd: true);
    }

    /// <summary>The byte that a token spells, or null if it is another token.</summary>
    public static byte? ByteOf(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
        && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;

    private void PassRun()
    {
        if (run.Count == 0)
            return;
        byte[] bytes = [.. run];
        run.Clear();
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            Next.Push(Strict.GetString(bytes), isEnd: true);
            return;
        }
        foreach (var _ in bytes)
            Next.Push("\uFFFD", isEnd: true);
    }
}
