using Plumbline.Models.Chat.Jinja.Values;

namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Reads expressions, from what binds least to what binds most.</summary>
internal sealed class ExpressionParser(TokenStream tokens)
{
    /// <summary>An expression.</summary>
    /// <param name="conditional">Whether it may be <c>a if b else c</c>; what a for statement walks may not, since its own condition follows.</param>
    public Expression Read(bool conditional = true) => tokens.Nested(() => conditional ? ReadConditional() : ReadOr());

    /// <summary>An expression, or several with commas between, which are a tuple.</summary>
    public Expression ReadTuple(bool conditional = true)
    {
        var position = tokens.Current.Position;
        var first = Read(conditional);
        if (!tokens.Current.Is(","))
            return first;
        var elements = new List<Expression> { first };
        while (tokens.Skip(",") && !EndsTuple())
            elements.Add(Read(conditional));
        return new SequenceLiteral(position, SequenceKind.Tuple, elements);
    }

    private bool EndsTuple() => tokens.Current.Kind is TokenKind.EndPrint or TokenKind.EndStatement || tokens.Current.Is(")") || tokens.Current.IsName("in");

    private Expression ReadConditional()
    {
        var value = ReadOr();
        while (tokens.Current is var token && tokens.SkipName("if"))
        {
            var condition = ReadOr();
            value = new Conditional(token.Position, value, condition, tokens.SkipName("else") ? Read() : null);
        }
        return value;
    }

    private Expression ReadOr()
    {
        var left = ReadAnd();
        while (tokens.Current is var token && tokens.SkipName("or"))
            left = new Junction(token.Position, and: false, left, ReadAnd());
        return left;
    }

    private Expression ReadAnd()
    {
        var left = ReadNot();
        while (tokens.Current is var token && tokens.SkipName("and"))
            left = new Junction(token.Position, and: true, left, ReadNot());
        return left;
    }

    private Expression ReadNot() =>
        tokens.Current is var token && tokens.SkipName("not") ? new Negation(token.Position, tokens.Nested(ReadNot)) : ReadComparison();

    private Expression ReadComparison()
    {
        var position = tokens.Current.Position;
        var first = ReadSum();
        var rest = new List<(string, Expression)>();
        while (ComparisonSign() is { } sign)
            rest.Add((sign, ReadSum()));
        return rest.Count == 0 ? first : new Comparison(position, first, rest);
    }

    private string? ComparisonSign()
    {
        if (tokens.Current is { Kind: TokenKind.Sign, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
            return tokens.Next().Text;
        if (tokens.SkipName("in"))
            return "in";
        if (!tokens.Current.IsName("not") || !tokens.Ahead.IsName("in"))
            return null;
        tokens.Next();
        tokens.Next();
        return "not in";
    }

    private Expression ReadSum() => ReadLeft(ReadConcatenation, "+", "-");

    private Expression ReadConcatenation()
    {
        var position = tokens.Current.Position;
        var first = ReadProduct();
        if (!tokens.Current.Is("~"))
            return first;
        var parts = new List<Expression> { first };
        while (tokens.Skip("~"))
            parts.Add(ReadProduct());
        return new Concatenation(position, parts);
    }

    private Expression ReadProduct() => ReadLeft(ReadPower, "*", "/", "//", "%");

    private Expression ReadPower() => ReadLeft(() => ReadSigned(filters: true), "**");

    private Expression ReadLeft(Func<Expression> operand, params ReadOnlySpan<string> signs)
    {
        var left = operand();
        while (tokens.Current is { Kind: TokenKind.Sign } token && signs.Contains(token.Text))
        {
            tokens.Next();
            left = new Arithmetic(token.Position, token.Text, left, operand());
        }
        return left;
    }

    private Expression ReadSigned(bool filters)
    {
        var token = tokens.Current;
        var value = tokens.Skip("-") ? new Signed(token.Position, minus: true, tokens.Nested(() => ReadSigned(filters: false)))
            : tokens.Skip("+") ? new Signed(token.Position, minus: false, tokens.Nested(() => ReadSigned(filters: false)))
            : new PrimaryParser(tokens, this).Read();
        return filters ? ReadFilters(ReadAccess(value)) : ReadAccess(value);
    }

    private Expression ReadAccess(Expression value)
    {
        for (; ; )
        {
            var position = tokens.Current.Position;
            if (tokens.Skip("."))
                value = ReadAttribute(position, value);
            else if (tokens.Skip("["))
                value = ReadSubscript(position, value);
            else if (tokens.Current.Is("("))
                value = new Call(position, value, ReadArguments());
            else
                return value;
        }
    }

    private Expression ReadAttribute(TemplatePosition position, Expression value) =>
        tokens.Current.Kind == TokenKind.Integer ? new ItemAccess(position, value, new Literal(position, tokens.Next().Whole))
        : new AttributeAccess(position, value, tokens.Expect(TokenKind.Name, "a name").Text);

    private Expression ReadSubscript(TemplatePosition position, Expression value)
    {
        Expression? start = null;
        if (!tokens.Current.Is(":"))
        {
            start = ReadTuple();
            if (tokens.Skip("]"))
                return new ItemAccess(position, value, start);
        }
        tokens.Expect(":");
        var stop = tokens.Current.Is("]") || tokens.Current.Is(":") ? null : Read();
        var step = tokens.Skip(":") && !tokens.Current.Is("]") ? Read() : null;
        tokens.Expect("]");
        return new SliceAccess(position, value, start, stop, step);
    }

    private Expression ReadFilters(Expression value)
    {
        for (; ; )
        {
            var position = tokens.Current.Position;
            if (tokens.Skip("|"))
                value = ReadFilter(position, value);
            else if (tokens.SkipName("is"))
                value = ReadTest(position, value);
            else if (tokens.Current.Is("("))
                value = new Call(position, value, ReadArguments());
            else
                return value;
        }
    }

    /// <summary>A filter, after its bar.</summary>
    public Filtered ReadFilter(TemplatePosition position, Expression? value)
    {
        var name = ReadDottedName();
        return new(position, value, name, tokens.Current.Is("(") ? ReadArguments() : ArgumentList.None);
    }

    private Expression ReadTest(TemplatePosition position, Expression value)
    {
        var negated = tokens.SkipName("not");
        var name = tokens.Current.Is("==") || tokens.Current.Is("!=") ? tokens.Next().Text : ReadDottedName();
        var arguments = tokens.Current.Is("(") ? ReadArguments() : StartsArgument() ? new ArgumentList([ReadAccess(new PrimaryParser(tokens, this).Read())], [], null, null) : ArgumentList.None;
        if (arguments == ArgumentList.None && tokens.Current.IsName("is"))
            throw tokens.Wrong(tokens.Current.Position, "tests cannot be chained with 'is'.", "Join them with 'and'.");
        var test = new Tested(position, value, name, arguments);
        return negated ? new Negation(position, test) : test;
    }

    private bool StartsArgument() => tokens.Current switch
    {
        { Kind: TokenKind.String or TokenKind.Integer or TokenKind.Float } => true,
        { Kind: TokenKind.Name, Text: var name } => name is not ("else" or "or" or "and" or "is"),
        var token => token.Is("[") || token.Is("{"),
    };

    private string ReadDottedName()
    {
        var name = tokens.Expect(TokenKind.Name, "a name").Text;
        while (tokens.Skip("."))
            name += "." + tokens.Expect(TokenKind.Name, "a name").Text;
        return name;
    }

    public ArgumentList ReadArguments()
    {
        tokens.Expect("(");
        List<Expression> positional = [];
        List<(string, Expression)> named = [];
        Expression? spread = null, spreadNamed = null;
        while (!tokens.Skip(")"))
        {
            if (positional.Count + named.Count > 0 || spread is not null || spreadNamed is not null)
            {
                tokens.Expect(",");
                if (tokens.Skip(")"))
                    break;
            }
            if (tokens.Skip("**"))
                spreadNamed = Read();
            else if (tokens.Skip("*"))
                spread = Read();
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Ahead.Is("="))
                named.Add((ReadParameterName(), Read()));
            else if (named.Count == 0 && spread is null && spreadNamed is null)
                positional.Add(Read());
            else
                throw tokens.Wrong(tokens.Current.Position, "an argument without a name stands after one with a name.", "Put arguments with names last.");
        }
        return new(positional, named, spread, spreadNamed);
    }

    private string ReadParameterName()
    {
        var name = tokens.Next().Text;
        tokens.Expect("=");
        return name;
    }
}
