namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Reads statements.</summary>
internal sealed class StatementParser
{
    private readonly TokenStream tokens;
    private readonly ExpressionParser expressions;
    private int loops;

    private StatementParser(TokenStream tokens)
    {
        this.tokens = tokens;
        expressions = new(tokens);
    }

    /// <exception cref="InputException">The template is malformed, or uses what is not supported.</exception>
    public static IReadOnlyList<Statement> Read(string template, string source)
    {
        var tokens = new TokenStream(template, Lexer.Read(template, source));
        var statements = new StatementParser(tokens).ReadBody();
        return tokens.Current.Kind == TokenKind.End ? statements
            : throw tokens.Wrong(tokens.Ahead.Position, $"{tokens.Ahead.Shown} closes nothing that is open.", "Open it before, or take it away.");
    }

    /// <summary>Statements up to the end of the template or one of these tags, which is left to be read.</summary>
    private List<Statement> ReadBody(params ReadOnlySpan<string> ends)
    {
        var statements = new List<Statement>();
        while (tokens.Current.Kind != TokenKind.End)
        {
            var token = tokens.Current;
            if (token.Kind == TokenKind.BeginStatement && (ends.Contains(tokens.Ahead.Text) || ends.Length == 0 && tokens.Ahead.Text.StartsWith("end", StringComparison.Ordinal)))
                break;
            statements.Add(token.Kind switch
            {
                TokenKind.Text => new Text(token.Position, tokens.Next().Text),
                TokenKind.BeginPrint => ReadPrint(),
                _ => tokens.Nested(ReadStatement),
            });
        }
        return statements;
    }

    private Print ReadPrint()
    {
        var position = tokens.Next().Position;
        var value = expressions.ReadTuple();
        tokens.Expect(TokenKind.EndPrint, "'}}'");
        return new(position, value);
    }

    private Statement ReadStatement()
    {
        tokens.Next();
        var tag = tokens.Expect(TokenKind.Name, "a statement");
        return tag.Text switch
        {
            "if" => ReadIf(tag.Position),
            "for" => ReadFor(tag.Position),
            "set" => ReadSet(tag.Position),
            "macro" => ReadMacro(tag.Position),
            "call" => ReadCall(tag.Position),
            "filter" => ReadFilter(tag.Position),
            "with" => ReadWith(tag.Position),
            "generation" => ReadGeneration(tag.Position),
            "break" or "continue" => ReadLeave(tag),
            "include" or "import" or "from" or "extends" or "block" => throw tokens.Wrong(tag.Position, $"'{tag.Text}' is not supported.", "A chat template stands alone: put what it needs into it."),
            _ => throw tokens.Wrong(tag.Position, $"'{tag.Text}' is no statement that is known here.",
                "Known are if, for, set, macro, call, filter, with, raw, generation, break and continue."),
        };
    }

    private void EndTag() => tokens.Expect(TokenKind.EndStatement, "'%}'");

    private List<Statement> ReadBodyToTheEnd(TemplatePosition position, string end)
    {
        EndTag();
        var body = ReadBody(end);
        Close(position, end);
        return body;
    }

    /// <summary>Reads a closing tag.</summary>
    private void Close(TemplatePosition opened, string end)
    {
        if (tokens.Current.Kind == TokenKind.End)
            throw tokens.Wrong(opened, "this block has no end.", $"Close it with '{{% {end} %}}'.");
        tokens.Next();
        tokens.Next();
        EndTag();
    }

    private If ReadIf(TemplatePosition position)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        IReadOnlyList<Statement> otherwise = [];
        do
        {
            var condition = expressions.ReadTuple();
            EndTag();
            branches.Add((condition, ReadBody("elif", "else", "endif")));
        }
        while (SkipTag("elif"));
        if (SkipTag("else"))
        {
            EndTag();
            otherwise = ReadBody("endif");
        }
        Close(position, "endif");
        return new(position, branches, otherwise);
    }

    private bool SkipTag(string name)
    {
        if (tokens.Current.Kind != TokenKind.BeginStatement || !tokens.Ahead.IsName(name))
            return false;
        tokens.Next();
        tokens.Next();
        return true;
    }

    private For ReadFor(TemplatePosition position)
    {
        var target = ReadTarget();
        if (!tokens.SkipName("in"))
            throw tokens.Expected("'in'");
        var elements = expressions.ReadTuple(conditional: false);
        var condition = tokens.SkipName("if") ? expressions.Read() : null;
        if (tokens.Current.IsName("recursive"))
            throw tokens.Wrong(tokens.Current.Position, "'recursive' loops are not supported.", "Use a macro that calls itself.");
        EndTag();
        loops++;
        var body = ReadBody("else", "endfor");
        loops--;
        IReadOnlyList<Statement> otherwise = [];
        if (SkipTag("else"))
        {
            EndTag();
            otherwise = ReadBody("endfor");
        }
        Close(position, "endfor");
        return new(position, target, elements, condition, body, otherwise);
    }

    private Target ReadTarget(bool attributes = false)
    {
        var first = ReadOneTarget(attributes);
        if (!tokens.Current.Is(","))
            return first;
        var parts = new List<Target> { first };
        while (tokens.Skip(",") && !tokens.Current.Is("=") && !tokens.Current.Is(")") && !tokens.Current.IsName("in"))
            parts.Add(ReadOneTarget(attributes));
        return new TupleTarget(parts);
    }

    private Target ReadOneTarget(bool attributes)
    {
        if (tokens.Skip("("))
        {
            var inner = tokens.Nested(() => ReadTarget(attributes));
            tokens.Expect(")");
            return inner;
        }
        var name = tokens.Expect(TokenKind.Name, "a name");
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None")
            throw tokens.Wrong(name.Position, $"'{name.Text}' cannot be given a value.", "Take another name.");
        return attributes && tokens.Skip(".") ? new AttributeTarget(name.Text, tokens.Expect(TokenKind.Name, "a name").Text) : new NameTarget(name.Text);
    }

    private Statement ReadSet(TemplatePosition position)
    {
        var target = ReadTarget(attributes: true);
        if (tokens.Skip("="))
        {
            var value = expressions.ReadTuple();
            EndTag();
            return new Set(position, target, value);
        }
        var filters = ReadFilters();
        return new SetBlock(position, target, filters, ReadBodyToTheEnd(position, "endset"));
    }

    private List<Filtered> ReadFilters()
    {
        var filters = new List<Filtered>();
        while (tokens.Current is var bar && tokens.Skip("|"))
            filters.Add(expressions.ReadFilter(bar.Position, null));
        return filters;
    }

    private FilterBlock ReadFilter(TemplatePosition position)
    {
        var filters = new List<Filtered> { expressions.ReadFilter(tokens.Current.Position, null) };
        filters.AddRange(ReadFilters());
        return new(position, filters, ReadBodyToTheEnd(position, "endfilter"));
    }

    private MacroStatement ReadMacro(TemplatePosition position)
    {
        var name = tokens.Expect(TokenKind.Name, "a name").Text;
        return new(position, ReadMacroRest(position, name, ReadParameters(), "endmacro"));
    }

    private CallBlock ReadCall(TemplatePosition position)
    {
        var parameters = tokens.Current.Is("(") ? ReadParameters() : [];
        var called = tokens.Current.Position;
        if (expressions.Read() is not Call call)
            throw tokens.Wrong(called, "a call statement calls a macro.", "Write {% call name(arguments) %}.");
        return new(position, call, ReadMacroRest(position, "caller", parameters, "endcall"));
    }

    /// <summary>The body of a macro: no loop around it can be left from inside.</summary>
    private Macro ReadMacroRest(TemplatePosition position, string name, IReadOnlyList<(string, Expression?)> parameters, string end)
    {
        var around = loops;
        loops = 0;
        var body = ReadBodyToTheEnd(position, end);
        loops = around;
        return new(name, parameters, body);
    }

    private List<(string, Expression?)> ReadParameters()
    {
        tokens.Expect("(");
        var parameters = new List<(string Name, Expression?)>();
        while (!tokens.Skip(")"))
        {
            if (parameters.Count > 0)
                tokens.Expect(",");
            var name = tokens.Expect(TokenKind.Name, "a name");
            if (parameters.Exists(other => other.Name == name.Text))
                throw tokens.Wrong(name.Position, $"the parameter '{name.Text}' stands twice.", "Give every parameter a name of its own.");
            parameters.Add((name.Text, tokens.Skip("=") ? expressions.Read() : null));
        }
        return parameters;
    }

    private With ReadWith(TemplatePosition position)
    {
        var bindings = new List<(Target, Expression)>();
        while (tokens.Current.Kind != TokenKind.EndStatement)
        {
            if (bindings.Count > 0)
                tokens.Expect(",");
            var target = new NameTarget(tokens.Expect(TokenKind.Name, "a name").Text);
            tokens.Expect("=");
            bindings.Add((target, expressions.Read()));
        }
        return new(position, bindings, ReadBodyToTheEnd(position, "endwith"));
    }

    private With ReadGeneration(TemplatePosition position) => new(position, [], ReadBodyToTheEnd(position, "endgeneration"));

    private Leave ReadLeave(Token tag)
    {
        if (loops == 0)
            throw tokens.Wrong(tag.Position, $"'{tag.Text}' stands in no loop.", "It leaves a for statement: put it into one.");
        EndTag();
        return new(tag.Position, tag.Text == "break" ? Flow.Break : Flow.Continue);
    }
}
