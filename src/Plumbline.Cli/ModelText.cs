using System.Text;

namespace Plumbline.Cli;

/// <summary>Text that a model wrote, made safe to show: no escape sequence, control character or change of writing direction reaches the terminal.</summary>
/// <remarks>Keeps its state between pieces, so that a sequence that is cut in two by streaming is still taken out.</remarks>
internal sealed class ModelText
{
    private State _state;

    private enum State
    {
        Text,
        Escape,
        Parameters,
        Command,
        CommandEscape,
    }

    /// <summary>A whole text, made safe; lines and tabs stay.</summary>
    public static string Plain(string text) => new ModelText().Next(text);

    /// <summary>A whole text on one line, cut at <paramref name="length"/> characters.</summary>
    public static string OneLine(string text, int length = 160)
    {
        var line = string.Join(' ', Plain(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= length)
            return line;
        var end = char.IsHighSurrogate(line[length - 2]) ? length - 2 : length - 1;
        return line[..end] + "…";
    }

    /// <summary>The next piece of a text, made safe.</summary>
    public string Next(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        var safe = new StringBuilder(piece.Length);
        foreach (var character in piece)
        {
            if (Passes(character))
                safe.Append(character);
        }

        return safe.ToString();
    }

    /// <summary>Follows ECMA-48: ESC, ESC [ parameters final, ESC ] command until BEL or ESC \; their one-character forms too.</summary>
    private bool Passes(char character)
    {
        switch (_state)
        {
            case State.Escape:
                _state = character switch
                {
                    '[' => State.Parameters,
                    ']' or 'P' or 'X' or '^' or '_' => State.Command,
                    >= ' ' and <= '/' => State.Escape,
                    _ => State.Text,
                };
                return false;
            case State.Parameters:
                if (character is >= '@' and <= '~' or '\n')
                    _state = State.Text;
                return character == '\n';
            case State.Command or State.CommandEscape:
                // A command that never ends must not swallow the rest of the answer: a line is as far as it goes.
                if (character is '\a' or '\u009C' or '\n' || (_state == State.CommandEscape && character == '\\'))
                    _state = State.Text;
                else
                    _state = character == '\e' ? State.CommandEscape : State.Command;
                return character == '\n';
            default:
                _state = character switch
                {
                    '\e' => State.Escape,
                    '\u009B' => State.Parameters,
                    '\u009D' or '\u0090' or '\u0098' or '\u009E' or '\u009F' => State.Command,
                    _ => State.Text,
                };
                return _state == State.Text && (character is '\n' or '\t' || !(char.IsControl(character) || TurnsDirection(character)));
        }
    }

    private static bool TurnsDirection(char character) => character is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F' or '\u061C';
}
