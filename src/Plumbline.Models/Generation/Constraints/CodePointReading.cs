namespace Plumbline.Models.Generation.Constraints;

/// <summary>How much of a code point has been read: bytes of UTF-8 and, inside of a JSON string, escapes. A token may end anywhere in it.</summary>
/// <param name="Stage">What was read last.</param>
/// <param name="Value">The bits that are known.</param>
/// <param name="Left">Bytes or hexadecimal digits that are still to come.</param>
/// <param name="Least">The smallest code point that this many bytes may spell (UTF-8), or the high surrogate before (escapes).</param>
internal readonly record struct CodePointReading(ReadingStage Stage, int Value, int Left, int Least)
{
    /// <summary>Nothing has been read.</summary>
    public static CodePointReading Fresh => default;

    /// <summary>Reads a byte.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="inJson">Whether this is inside of a JSON string, where a backslash escapes and control characters may not stand.</param>
    /// <param name="next">What has been read then.</param>
    /// <param name="codePoint">The code point if it is whole, or -1.</param>
    /// <returns>Whether the byte may stand here.</returns>
    public bool TryRead(byte value, bool inJson, out CodePointReading next, out int codePoint)
    {
        (next, codePoint) = (Fresh, -1);
        switch (Stage)
        {
            case ReadingStage.Fresh:
                return TryBegin(value, inJson, out next, out codePoint);
            case ReadingStage.Utf8:
                if ((value & 0xC0) != 0x80)
                    return false;
                return (this with { Value = (Value << 6) | (value & 0x3F), Left = Left - 1 }).Settle(out next, out codePoint);
            case ReadingStage.Escape:
                if (value == 'u')
                {
                    next = new(ReadingStage.Hexadecimal, 0, 4, 0);
                    return true;
                }
                codePoint = value switch { (byte)'"' or (byte)'\\' or (byte)'/' => value, (byte)'b' => 8, (byte)'f' => 12, (byte)'n' => 10, (byte)'r' => 13, (byte)'t' => 9, _ => -1 };
                return codePoint >= 0;
            case ReadingStage.Hexadecimal or ReadingStage.LowHexadecimal:
                if (!char.IsAsciiHexDigit((char)value))
                    return false;
                return (this with { Value = (Value << 4) | Convert.ToInt32(((char)value).ToString(), 16), Left = Left - 1 }).Settle(out next, out codePoint);
            case ReadingStage.LowBackslash:
                next = this with { Stage = ReadingStage.LowU };
                return value == '\\';
            default:
                next = new(ReadingStage.LowHexadecimal, 0, 4, Least);
                return value == 'u';
        }
    }

    /// <summary>Which code points can still come of it: up to two ranges, of which the second may be empty (its high end below its low end).</summary>
    public ((int Low, int High) First, (int Low, int High) Second) Possible()
    {
        var (none, bits) = ((0, -1), Stage == ReadingStage.Utf8 ? 6 * Left : 4 * Left);
        var (low, high) = (Value << bits, (Value << bits) + (1 << bits) - 1);
        switch (Stage)
        {
            case ReadingStage.Utf8:
                (low, high) = (Math.Max(low, Least), Math.Min(high, CodePointAutomaton.LastCodePoint));
                return ((low, Math.Min(high, 0xD7FF)), (Math.Max(low, 0xE000), high));
            case ReadingStage.Hexadecimal:
                var (first, last) = (Math.Max(low, 0xD800), Math.Min(high, 0xDBFF)); // high surrogates among them
                (int, int) beyond = first <= last ? (Combine(first, 0xDC00), Combine(last, 0xDFFF)) : none;
                return low >= 0xE000 || high < 0xD800 ? ((low, high), none)
                    : low < 0xD800 ? ((low, 0xD7FF), high >= 0xE000 ? (0xE000, CodePointAutomaton.LastCodePoint) : beyond)
                    : (none, beyond);
            case ReadingStage.LowBackslash or ReadingStage.LowU:
                return ((Combine(Least, 0xDC00), Combine(Least, 0xDFFF)), none);
            case ReadingStage.LowHexadecimal:
                (low, high) = (Math.Max(low, 0xDC00), Math.Min(high, 0xDFFF));
                return low <= high ? ((Combine(Least, low), Combine(Least, high)), none) : (none, none);
            default:
                return ((0, 0xD7FF), (0xE000, CodePointAutomaton.LastCodePoint));
        }
    }

    private static bool TryBegin(byte value, bool inJson, out CodePointReading next, out int codePoint)
    {
        (next, codePoint) = (Fresh, -1);
        if (inJson && value == '\\')
        {
            next = new(ReadingStage.Escape, 0, 0, 0);
            return true;
        }
        if (value < 0x80)
        {
            codePoint = value;
            return !inJson || value >= 0x20;
        }
        next = value switch
        {
            >= 0xC2 and <= 0xDF => new(ReadingStage.Utf8, value & 0x1F, 1, 0x80),
            >= 0xE0 and <= 0xEF => new(ReadingStage.Utf8, value & 0x0F, 2, 0x800),
            >= 0xF0 and <= 0xF4 => new(ReadingStage.Utf8, value & 0x07, 3, 0x10000),
            _ => Fresh,
        };
        return next.Stage == ReadingStage.Utf8;
    }

    /// <summary>Gives the code point if nothing is left of it, and refuses what can no longer become one.</summary>
    private bool Settle(out CodePointReading next, out int codePoint)
    {
        (next, codePoint) = (this, -1);
        if (Left > 0)
        {
            var (first, second) = Possible();
            return first.Low <= first.High || second.Low <= second.High;
        }
        switch (Stage)
        {
            case ReadingStage.Hexadecimal when Value is >= 0xD800 and <= 0xDBFF:
                next = new(ReadingStage.LowBackslash, 0, 0, Value);
                return true;
            case ReadingStage.LowHexadecimal:
                (next, codePoint) = (Fresh, Combine(Least, Value));
                return Value is >= 0xDC00 and <= 0xDFFF;
            default:
                (next, codePoint) = (Fresh, Value);
                return Value is not (>= 0xD800 and <= 0xDFFF) && (Stage == ReadingStage.Hexadecimal || (Value >= Least && Value <= CodePointAutomaton.LastCodePoint));
        }
    }

    private static int Combine(int high, int low) => 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

/// <summary>What of a code point was read last.</summary>
internal enum ReadingStage
{
    /// <summary>Nothing.</summary>
    Fresh,

    /// <summary>Bytes of UTF-8, not all.</summary>
    Utf8,

    /// <summary>A backslash.</summary>
    Escape,

    /// <summary>A backslash, u and perhaps digits.</summary>
    Hexadecimal,

    /// <summary>A high surrogate: a backslash has to follow.</summary>
    LowBackslash,

    /// <summary>A high surrogate and a backslash: u has to follow.</summary>
    LowU,

    /// <summary>A high surrogate, a backslash, u and perhaps digits.</summary>
    LowHexadecimal,
}
