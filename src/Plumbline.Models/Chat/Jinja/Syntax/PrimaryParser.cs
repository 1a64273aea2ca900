using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Reads what stands for itself: names, literals, what is in brackets.</summary>
internal sealed class PrimaryParser(TokenStream tokens, ExpressionParser expressions)
{
    public Expression Read()
    {
        var token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ReadName();
            case TokenKind.String:
                return ReadString();
            case TokenKind.Integer:
                return new Literal(token.Position, tokens.Next().Whole);
            case TokenKind.Float:
                return new Literal(token.Position, tokens.Next().Real);
            case TokenKind.Sign when tokens.Skip("("):
                return ReadParentheses(token.Position);
            case TokenKind.Sign when tokens.Skip("["):
                return new SequenceLiteral(token.Position, SequenceKind.List, ReadElements("]", () => expressions.Read()));
            case TokenKind.Sign when tokens.Skip("{"):
                return new MapLiteral(token.Position, ReadElements("}", ReadEntry));
            default:
                throw tokens.Expected("a value");
        }
    }

    private Expression ReadName()
    {
        var token = tokens.Next();
        return token.Text switch
        {
            "true" or "True" => new Literal(token.Position, true),
            "false" or "False" => new Literal(token.Position, false),
            "none" or "None" => new Literal(token.Position, NoneValue.None),
            _ => new Variable(token.Position, token.Text),
        };
    }

    private Literal ReadString()
    {
        var first = tokens.Next();
        var text = first.Text;
        while (tokens.Current.Kind == TokenKind.String)
            text += tokens.Next().Text;
        return new(first.Position, JinjaValue.Template(text));
    }

    private Expression ReadParentheses(TemplatePosition position)
    {
        if (tokens.Skip(")"))
            return new SequenceLiteral(position, SequenceKind.Tuple, []);
        var inner = expressions.ReadTuple();
        tokens.Expect(")");
        return inner;
    }

    private (Expression Key, Expression Value) ReadEntry()
    {
        var key = expressions.Read();
        tokens.Expect(":");
        return (key, expressions.Read());
    }

    private List<T> ReadElements<T>(string close, Func<T> read)
    {
        var elements = new List<T>();
        while (!tokens.Skip(close))
        {
            if (elements.Count > 0)
            {
                tokens.Expect(",");
                if (tokens.Skip(close))
                    break;
            }
            elements.Add(read());
        }
        return elements;
    }
}
