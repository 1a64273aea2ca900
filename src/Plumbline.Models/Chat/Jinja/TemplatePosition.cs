namespace Plumbline.Models.Chat.Jinja;

/// <summary>A place in a template; lines and columns count from 1.</summary>
/// <param name="Line">Line.</param>
/// <param name="Column">Column, in UTF-16 code units.</param>
internal readonly record struct TemplatePosition(int Line, int Column)
{
    public InputException Wrong(string template, string problem, string remedy, Exception? cause = null) => new($"{template}:{Line}:{Column}", problem, remedy, cause);
}
