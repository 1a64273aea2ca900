using Plumbline.Models;
using Plumbline.Training.Agents;
using Plumbline.Worlds.Tools;

namespace Plumbline.Reproductions.Tools;

/// <summary>Work at the returns desk as tokens.</summary>
internal static class DeskEpisode
{
    /// <summary>Work that is still to be done.</summary>
    public static TextEpisode Of(Tokenizer tokenizer, string question, DeskWork desk) => new(tokenizer, question, written =>
    {
        var (told, reward) = desk.Act(written);
        return new(told.Length == 0 ? "" : " " + told, reward, desk.Decided);
    });

    /// <summary>What a clerk did, as something to imitate.</summary>
    public static Trajectory Demonstration(Tokenizer tokenizer, string question, ClerkOutcome outcome) => new(tokenizer.Encode(question),
        [.. outcome.Turns.Select(turn => new Turn([.. tokenizer.Encode(" " + turn.Written), tokenizer.Special.End], 0, turn.Told.Length == 0 ? [] : tokenizer.Encode(" " + turn.Told)))], Ended: true);
}
