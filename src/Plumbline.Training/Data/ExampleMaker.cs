using Microsoft.Extensions.AI;
using Plumbline.Models;

namespace Plumbline.Training;

/// <summary>A prompt in tokens, and the row that it comes from.</summary>
/// <param name="Ids">The prompt.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Columns">The whole row as JSON, for whoever scores the answer.</param>
public sealed record PromptExample(int[] Ids, string Place, string Columns);

/// <summary>Makes tokens of rows, with the chat template of a model; what is longer than a row is cut, left out or refused.</summary>
/// <param name="model">Whose tokens and template.</param>
/// <param name="rowLength">Tokens that an example may have.</param>
/// <param name="truncation">What happens to longer ones.</param>
/// <param name="raw">Takes prompts and answers that were given as plain text as they are, without the chat template.</param>
public sealed class ExampleMaker(LanguageModel model, int rowLength, Truncation truncation, bool raw = false)
{
    private int[] End => model.Decoder.Config.EndIds is [var end, ..] ? [end] : [];

    /// <summary>Examples to imitate. A text that is too long is cut into several; so is a conversation whose earlier turns the template would write differently later.</summary>
    /// <param name="row">A demonstration, a text, or an answer that was good.</param>
    /// <param name="ledger">Counts what is cut or left out.</param>
    /// <exception cref="InputException">The template cannot write the conversation, or the example is too long and was to be refused.</exception>
    public IEnumerable<TokenExample> Imitate(DataRow row, DataLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        IEnumerable<TokenExample> examples = row switch
        {
            TextRow text => Pieces([.. model.Tokenizer.Encode(text.Text), .. End]),
            DemonstrationRow { Plain: true, Messages: [var prompt, var answer] } when raw => [TokenExample.Completion(model.Tokenizer.Encode(prompt.Text), [.. model.Tokenizer.Encode(answer.Text), .. End])],
            DemonstrationRow conversation => Turns(conversation),
            LabelledRow { Good: false } => Left("labelled as bad"),
            LabelledRow labelled => [Answer(labelled, labelled.Prompt, labelled.Answer)],
            _ => throw new ArgumentException($"{row?.GetType().Name} cannot be imitated.", nameof(row)),
        };
        return [.. examples.Select(example => Fit(example, row.Place, ledger)).OfType<TokenExample>()];

        IEnumerable<TokenExample> Left(string reason)
        {
            ledger.Note(reason);
            return [];
        }
    }

    /// <summary>A pair of answers; null if it is too long.</summary>
    /// <param name="row">The comparison.</param>
    /// <param name="ledger">Counts what is cut or left out.</param>
    /// <exception cref="InputException">The template cannot write the conversation, or the pair is too long and was to be refused.</exception>
    public ComparedPair? Compare(PreferenceRow row, DataLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(ledger);
        var (chosen, rejected) = (Answer(row, row.Prompt, row.Chosen), Answer(row, row.Prompt, row.Rejected));
        if (chosen.Ids.AsSpan().SequenceEqual(rejected.Ids))
            throw new InputException(row.Place, "chosen and rejected are the same in tokens.", "Leave the row out: it says nothing.");
        var excess = Math.Max(chosen.Ids.Length, rejected.Ids.Length) - rowLength; // both keep the same prompt
        return Cut(chosen, excess, row.Place, ledger, count: true) is { } first && Cut(rejected, excess, row.Place, ledger, count: false) is { } second ? new ComparedPair(new PairExample(first, second) { Weight = row.Weight, Gap = row.Margin }, row.Margin) : null;
    }

    /// <summary>Answers that were judged by themselves; none of what is too long.</summary>
    /// <param name="row">An answer with a label or a rating; or a comparison, whose better answer is good and whose worse one is bad.</param>
    /// <param name="ratings">The worst and the best rating; what lies between is scaled to between 0 and 1.</param>
    /// <param name="ledger">Counts what is cut or left out.</param>
    /// <exception cref="InputException">The template cannot write the conversation, the rating lies outside of its range, or the example is too long and was to be refused.</exception>
    public IEnumerable<PointExample> Judge(DataRow row, (double Worst, double Best) ratings, DataLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return row switch
        {
            LabelledRow labelled => Judged(labelled.Prompt, labelled.Answer, labelled.Good ? 1 : 0),
            RatedRow rated when rated.Rating < ratings.Worst || rated.Rating > ratings.Best => throw new InputException(row.Place, $"the rating is {rated.Rating}, but ratings are from {ratings.Worst} to {ratings.Best}.", "Say from where to where ratings go with --ratings WORST BEST."),
            RatedRow rated => Judged(rated.Prompt, rated.Answer, (rated.Rating - ratings.Worst) / (ratings.Best - ratings.Worst)),
            PreferenceRow compared => Compare(compared, ledger) is { } pair ? PointExample.Of(pair.Pair) : [],
            _ => throw new ArgumentException($"{row?.GetType().Name} is not judged.", nameof(row)),
        };

        IEnumerable<PointExample> Judged(IReadOnlyList<ChatMessage> prompt, ChatMessage answer, double label) =>
            Fit(Answer(row, prompt, answer), row.Place, ledger) is { } example ? [new PointExample(example, label)] : [];
    }

    /// <summary>A prompt to answer; null if it leaves no room.</summary>
    /// <param name="row">The prompt.</param>
    /// <param name="room">Tokens that the answer may have.</param>
    /// <param name="ledger">Counts what is cut or left out.</param>
    /// <exception cref="InputException">The template cannot write the conversation, or the prompt is too long and was to be refused.</exception>
    public PromptExample? Ask(PromptRow row, int room, DataLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(ledger);
        var ids = row.Plain && raw ? model.Tokenizer.Encode(row.Prompt[^1].Text) : Within(row, () => model.Template.Prompt(row.Prompt, ToolSchemas.Inputs(row)));
        if (ids.Length == 0)
            throw new InputException(row.Place, "the prompt has no tokens.", "Write what is to be answered, or leave the row out.");
        var cut = Cut(new TokenExample(ids, [.. Enumerable.Repeat(0f, ids.Length - 1), 1]), ids.Length + room - rowLength, row.Place, ledger, count: true);
        return cut is null ? null : new PromptExample(cut.Ids, row.Place, row.Columns);
    }

    private TokenExample Answer(DataRow row, IReadOnlyList<ChatMessage> prompt, ChatMessage answer) => row.Plain && raw && prompt.Count == 1
        ? TokenExample.Completion(model.Tokenizer.Encode(prompt[0].Text), [.. model.Tokenizer.Encode(answer.Text), .. End])
        : Completion(Written(row, prompt, answer));

    private ChatExample Written(DataRow row, IEnumerable<ChatMessage> before, ChatMessage answer) => Within(row, () => model.Template.Example(before, answer, ToolSchemas.Inputs(row)));

    private static TokenExample Completion(ChatExample example) => TokenExample.Completion(example.Ids[..example.PromptLength], example.Ids[example.PromptLength..]);

    /// <summary>Says where in the data it was that the template gave up.</summary>
    private static T Within<T>(DataRow row, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (InputException problem)
        {
            throw new InputException($"{row.Place}: {problem.Place}", problem.Problem, problem.Remedy, problem);
        }
    }

    private IEnumerable<TokenExample> Pieces(int[] ids) => ids.Chunk(rowLength).Where(piece => piece.Length > 1).Select(TokenExample.Whole);

    private IEnumerable<TokenExample> Turns(DemonstrationRow row)
    {
        List<int> ids = [];
        List<float> weights = [];
        foreach (var (index, message) in row.Messages.Index().Where(each => row.Learnt[each.Index]))
        {
            var example = Written(row, row.Messages.Take(index), message);
            if (!example.Ids.AsSpan(0, example.PromptLength).StartsWith(ids.ToArray()))
            {
                yield return new TokenExample([.. ids], [.. weights]);
                (ids, weights) = ([], []);
            }
            Add(example.Ids.AsSpan(ids.Count, example.PromptLength - ids.Count), 0);
            Add(example.Ids.AsSpan(example.PromptLength), 1);
        }
        yield return new TokenExample([.. ids], [.. weights]);

        void Add(ReadOnlySpan<int> more, float weight)
        {
            ids.AddRange(more);
            weights.AddRange(Enumerable.Repeat(weight, more.Length));
        }
    }

    private TokenExample? Fit(TokenExample example, string place, DataLedger ledger) => example.Trained > 0 ? Cut(example, example.Ids.Length - rowLength, place, ledger, count: true)
        : throw new InputException(place, "there is no token to learn.", "Write an answer, or leave the row out.");

    /// <summary>Takes tokens away before the first that is trained, or gives up.</summary>
    private TokenExample? Cut(TokenExample example, int excess, string place, DataLedger ledger, bool count)
    {
        if (excess <= 0)
            return example;
        if (truncation == Truncation.Refuse)
            throw ledger.Refuse(new InputException(place, $"the example is {excess} tokens longer than a row, which holds {rowLength}.", "Leave it out, train with longer rows (--row-length), or let it be cut or dropped (--too-long)."));
        var prompt = Math.Max(0, Array.FindIndex(example.Weights, weight => weight != 0));
        var cut = truncation == Truncation.CutPrompt && excess < prompt;
        if (count)
            ledger.Note(cut ? "cut at the beginning to fit a row" : "left out: longer than a row");
        return cut ? new TokenExample(example.Ids[excess..], example.Weights[excess..]) : null;
    }
}
