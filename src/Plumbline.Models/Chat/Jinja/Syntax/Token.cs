using System.Numerics;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>Text outside of tags.</summary>
    Text,

    /// <summary><c>{{</c>.</summary>
    BeginPrint,

    /// <summary><c>}}</c>.</summary>
    EndPrint,

    /// <summary><c>{%</c>.</summary>
    BeginStatement,

    /// <summary><c>%}</c>.</summary>
    EndStatement,

    /// <summary>A name or keyword.</summary>
    Name,

    /// <summary>A string, its escapes resolved.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a point or an exponent.</summary>
    Float,

    /// <summary>A sign such as <c>==</c>.</summary>
    Sign,

    /// <summary>The end of the template.</summary>
    End,
}

/// <summary>The smallest piece of a template that means something.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text.</param>
/// <param name="Position">Where it begins.</param>
/// <param name="Whole">Its value, if it is a whole number.</param>
/// <param name="Real">Its value, if it is another number.</param>
internal readonly record struct Token(TokenKind Kind, string Text, TemplatePosition Position, BigInteger Whole = default, double Real = 0)
{
    public bool Is(string sign) => Kind == TokenKind.Sign && Text == sign;

    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    /// <summary>How messages show it.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.EndPrint => "'}}'",
        TokenKind.EndStatement => "'%}'",
        TokenKind.Text => "text",
        _ => $"'{(Text.Length <= 40 ? Text : Text[..40] + "…")}'",
    };
}
