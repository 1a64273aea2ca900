using Microsoft.Extensions.AI;
using Plumbline.Models;
using Plumbline.Training;

namespace Plumbline.Training.Tests.Data;

public sealed class ExampleMakerTests : IDisposable
{
    private readonly LanguageModel _model = TinyModel.Make();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_answer_is_learnt_and_the_prompt_is_not()
    {
        var example = Assert.Single(Maker(100).Imitate(Row(("user", "the cat"), ("assistant", "sat")), new DataLedger()));
        int[] prompt = [_model.Tokenizer.Encode("x").Length > 0 ? Special("<|user|>") : 0, .. _model.Tokenizer.Encode("the cat"), Special("<|end|>"), Special("<|assistant|>")];
        int[] answer = [.. _model.Tokenizer.Encode("sat"), Special("<|end|>")];
        Assert.Equal([.. prompt, .. answer], example.Ids);
        Assert.Equal([.. prompt.Select(_ => 0f), .. answer.Select(_ => 1f)], example.Weights);
    }

    [Fact]
    public void All_turns_are_one_example_where_the_template_writes_earlier_ones_the_same()
    {
        var example = Assert.Single(Maker(100).Imitate(Row(("user", "the"), ("assistant", "cat"), ("user", "sat"), ("assistant", "on the mat")), new DataLedger()));
        var learnt = _model.Tokenizer.Decode(example.Ids.Zip(example.Weights).Where(each => each.Second == 1).Select(each => each.First));
        Assert.Equal("cat<|end|>on the mat<|end|>", learnt);
    }

    [Fact] // the template leaves the reasoning of earlier turns out, so what was learnt before cannot stand there again
    public void Turns_with_reasoning_are_examples_of_their_own()
    {
        var reasoned = new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("because"), new TextContent("cat")]);
        var row = new DemonstrationRow("x", [new(ChatRole.User, "the"), reasoned, new(ChatRole.User, "sat"), new(ChatRole.Assistant, "on")], [false, true, false, true]);
        Assert.Equal(["<think>because</think>cat<|end|>", "on<|end|>"], Maker(100).Imitate(row, new DataLedger())
            .Select(example => _model.Tokenizer.Decode(example.Ids.Zip(example.Weights).Where(each => each.Second == 1).Select(each => each.First))));
    }

    [Fact]
    public void What_is_too_long_is_dropped_cut_at_the_beginning_or_refused()
    {
        var row = Row(("user", "the cat sat on the mat because the mat was warm"), ("assistant", "yes"));
        var whole = Assert.Single(Maker(100).Imitate(row, new DataLedger()));
        var ledger = new DataLedger();
        Assert.Empty(Maker(whole.Ids.Length - 2).Imitate(row, ledger));
        Assert.Equal(1, ledger.Notes["left out: longer than a row"]);
        var cut = Assert.Single(Maker(whole.Ids.Length - 2, Truncation.CutPrompt).Imitate(row, ledger));
        Assert.Equal(whole.Ids[2..], cut.Ids);
        Assert.Equal(whole.Weights[2..], cut.Weights);
        Assert.Equal(1, ledger.Notes["cut at the beginning to fit a row"]);
        Assert.Empty(Maker(whole.Trained - 1, Truncation.CutPrompt).Imitate(row, ledger)); // not even the answer fits
        Assert.Contains("2 tokens longer than a row", Assert.Throws<InputException>(() => Maker(whole.Ids.Length - 2, Truncation.Refuse).Imitate(row, ledger)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_example_ends_the_reading_even_where_bad_rows_are_skipped()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["data.jsonl"], """{"prompt": "the cat sat on the mat because the mat was warm", "completion": "yes"}""" + "\n");
        var (maker, ledger) = (Maker(8, Truncation.Refuse), new DataLedger());
        var said = await Assert.ThrowsAsync<InputException>(async () =>
        {
            await foreach (var _ in new DataFiles([folder["data.jsonl"]], [DataShape.PromptCompletion]).ReadAsync(ledger, row => maker.Imitate(row, ledger), default))
            {
            }
        });
        Assert.Equal($"{folder["data.jsonl"]}:1", said.Place);
        Assert.Contains("--row-length", said.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_answers_of_a_pair_keep_the_same_prompt()
    {
        var row = new PreferenceRow("x", [new(ChatRole.User, "the cat sat on the mat because the mat was warm")], new(ChatRole.Assistant, "yes"), new(ChatRole.Assistant, "yes, the rule says so"), 0.5);
        var whole = Maker(100).Compare(row, new DataLedger())!.Pair;
        var cut = Maker(whole.Rejected.Ids.Length - 3, Truncation.CutPrompt).Compare(row, new DataLedger())!;
        Assert.Equal(whole.Chosen.Ids[3..], cut.Pair.Chosen.Ids);
        Assert.Equal(whole.Rejected.Ids[3..], cut.Pair.Rejected.Ids);
        Assert.Equal(0.5, cut.Margin);
    }

    [Fact]
    public void Text_is_cut_into_pieces_that_are_learnt_whole_and_raw_prompts_are_taken_as_they_are()
    {
        const string Text = "the cat sat on the mat because the mat was warm";
        var pieces = Maker(5).Imitate(new TextRow("x", Text), new DataLedger()).ToArray();
        Assert.Equal([.. _model.Tokenizer.Encode(Text), Special("<|end|>")], pieces.SelectMany(piece => piece.Ids));
        Assert.All(pieces, piece => Assert.All(piece.Weights, weight => Assert.Equal(1, weight)));
        var raw = Assert.Single(new ExampleMaker(_model, 100, Truncation.Drop, raw: true).Imitate(Row(("user", "the cat "), ("assistant", "sat")) with { Plain = true }, new DataLedger()));
        Assert.Equal("the cat sat<|end|>", _model.Tokenizer.Decode(raw.Ids));
    }

    [Fact]
    public void Tools_that_the_template_cannot_write_are_named_with_their_row() =>
        Assert.StartsWith("d.jsonl:3", Assert.Throws<InputException>(() => Maker(100).Imitate(Row(("user", "a"), ("assistant", "b")) with { Place = "d.jsonl:3", Tools = """[{"name": "f"}]""" }, new DataLedger())).Place, StringComparison.Ordinal);

    [Fact]
    public async Task Examples_come_back_from_their_file_in_any_order()
    {
        using var folder = new TemporaryFolder();
        ComparedPair[] pairs = [.. Enumerable.Range(0, 50).Select(i => new ComparedPair(new PairExample(TinyModel.Text(1, i), TinyModel.Text(2, i)), i * 0.5))];
        Assert.Equal(50, await ExampleFile.WriteAsync(folder["pairs"], ExampleFormats.Pairs, pairs.ToAsyncEnumerable(), default));
        using var file = new ExampleFile<ComparedPair>(folder["pairs"], ExampleFormats.Pairs);
        Assert.Equal(50, file.Count);
        foreach (var index in new Draws(1, "order").Shuffle(Enumerable.Range(0, 50)))
        {
            Assert.Equal(pairs[index].Pair.Chosen.Ids, file[index].Pair.Chosen.Ids);
            Assert.Equal(pairs[index].Pair.Rejected.Weights, file[index].Pair.Rejected.Weights);
            Assert.Equal(pairs[index].Margin, file[index].Margin);
        }
    }

    [Fact]
    public void Batches_are_those_of_the_epochs_whichever_is_asked_for_first()
    {
        var order = new EpochOrder(23, 5, 3, "x");
        var batches = new EpochBatches(order);
        foreach (var step in new Draws(2, "steps").Shuffle(Enumerable.Range(0, 20)))
            Assert.Equal(order.Batch(step), batches.Batch(step));
    }

    private ExampleMaker Maker(int rowLength, Truncation truncation = Truncation.Drop) => new(_model, rowLength, truncation);

    private int Special(string name) => Enumerable.Range(0, _model.Tokenizer.VocabularySize).First(id => _model.Tokenizer.Decode([id]) == name);

    private static DemonstrationRow Row(params (string Role, string Text)[] messages) =>
        new("x", [.. messages.Select(message => new ChatMessage(new ChatRole(message.Role), message.Text))], [.. messages.Select(message => message.Role == "assistant")]);
}
