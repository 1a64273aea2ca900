using System.Numerics;

namespace Plumbline.Models.Chat.Jinja.Values;

/// <summary>A value in a template. The kinds are few and closed: nothing of .NET can be reached through one.</summary>
internal abstract class JinjaValue
{
    private protected JinjaValue()
    {
    }

    /// <summary>What Python calls the type.</summary>
    public abstract string TypeName { get; }

    /// <summary>Whether it counts as true.</summary>
    public abstract bool Truth { get; }

    /// <summary>How much work it is to walk all of it.</summary>
    public virtual long Weight => 1;

    /// <summary>How deep lists and maps stand in one another in it.</summary>
    public virtual int Depth => 0;

    public static implicit operator JinjaValue(bool value) => value ? BooleanValue.True : BooleanValue.False;

    public static implicit operator JinjaValue(int value) => new IntegerValue(value);

    public static implicit operator JinjaValue(BigInteger value) => new IntegerValue(value);

    public static implicit operator JinjaValue(double value) => new FloatValue(value);

    public static implicit operator JinjaValue(MarkedText value) => new TextValue(value);

    /// <summary>Text that the template wrote.</summary>
    public static TextValue Template(string text) => new(MarkedText.Template(text));

    /// <summary>Text that came in as data.</summary>
    public static TextValue Data(string text) => new(MarkedText.Data(text));
}

/// <summary>What is not there: prints as nothing, counts as false, and breaks where more is asked of it.</summary>
/// <param name="problem">What is missing, for the message.</param>
internal sealed class UndefinedValue(string problem) : JinjaValue
{
    public string Problem => problem;

    public override string TypeName => "Undefined";

    public override bool Truth => false;
}

/// <summary>None.</summary>
internal sealed class NoneValue : JinjaValue
{
    private NoneValue()
    {
    }

    public static NoneValue None { get; } = new();

    public override string TypeName => "NoneType";

    public override bool Truth => false;
}

/// <summary>True or False; in arithmetic 1 or 0.</summary>
internal sealed class BooleanValue : JinjaValue
{
    private BooleanValue(bool value) => Value = value;

    public static BooleanValue True { get; } = new(true);

    public static BooleanValue False { get; } = new(false);

    public bool Value { get; }

    public override string TypeName => "bool";

    public override bool Truth => Value;
}

/// <summary>A whole number of any size.</summary>
internal sealed class IntegerValue(BigInteger value) : JinjaValue
{
    public BigInteger Value => value;

    public override string TypeName => "int";

    public override bool Truth => !value.IsZero;
}

/// <summary>A number of double precision.</summary>
internal sealed class FloatValue(double value) : JinjaValue
{
    public double Value => value;

    public override string TypeName => "float";

    public override bool Truth => value != 0;
}

/// <summary>Text, a sequence of Unicode code points.</summary>
internal sealed class TextValue(MarkedText text) : JinjaValue
{
    public MarkedText Marked => text;

    public string Text => text.Text;

    public override string TypeName => "str";

    public override bool Truth => text.Length > 0;

    public override long Weight => 1 + text.Length / 64;
}
