namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Tokens, read from first to last.</summary>
/// <param name="template">What errors call the template.</param>
/// <param name="tokens">The tokens; the last is the end.</param>
internal sealed class TokenStream(string template, IReadOnlyList<Token> tokens)
{
    private int at, depth;

    public string Template => template;

    public Token Current => tokens[at];

    public Token Ahead => tokens[Math.Min(at + 1, tokens.Count - 1)];

    public Token Next()
    {
        var token = Current;
        if (at < tokens.Count - 1)
            at++;
        return token;
    }

    public bool Skip(string sign)
    {
        var found = Current.Is(sign);
        if (found)
            Next();
        return found;
    }

    public bool SkipName(string name)
    {
        var found = Current.IsName(name);
        if (found)
            Next();
        return found;
    }

    public void Expect(string sign)
    {
        if (!Skip(sign))
            throw Expected($"'{sign}'");
    }

    public Token Expect(TokenKind kind, string what) => Current.Kind == kind ? Next() : throw Expected(what);

    public InputException Expected(string what) => Wrong(Current.Position, $"expected {what}, found {Current.Shown}.", "Mend the template.");

    public InputException Wrong(TemplatePosition position, string problem, string remedy) => position.Wrong(template, problem, remedy);

    /// <summary>Reads what may stand in itself.</summary>
    public T Nested<T>(Func<T> read)
    {
        if (depth == TemplateLimits.Nesting)
            throw Wrong(Current.Position, "the template is nested too deep.", $"At most {TemplateLimits.Nesting} deep.");
        depth++;
        try
        {
            return read();
        }
        finally
        {
            depth--;
        }
    }
}
