using Plumbline.Worlds.Tokens;

namespace Plumbline.Worlds.Tests.Tokens;

public sealed class TokenWorldTests
{
    private static readonly TokenWorld World = TokenWorld.Draw(1);

    [Fact]
    public void The_same_seed_is_the_same_world_and_another_another()
    {
        Assert.Equal(Answers(TokenWorld.Draw(1), 0.2), Answers(World, 0.2));
        Assert.NotEqual(Answers(TokenWorld.Draw(2), 0.2), Answers(World, 0.2));
    }

    [Theory] // 6·0.2 bad tokens in 12 + 6·0.2/3: 1.2/12.4, in the mean over worlds
    [InlineData(0)]
    [InlineData(2)]
    public void One_token_in_ten_is_bad_where_one_phrase_in_five_is_spoilt(int habits) =>
        Assert.Equal(1.2 / 12.4, Enumerable.Range(1, 40).Average(seed => TokenWorld.BadRate(Answers(TokenWorld.Draw(seed, habits), 0.2))), 0.015);

    [Fact] // 2.5·0.2 = one half of the phrases of a word; a bad token of another word comes in 0.1/12 of them
    public void A_habit_is_one_bad_token_that_comes_every_other_time()
    {
        double Most(int habits) => Pairs(TokenWorld.Draw(1, habits), 0.2, 2000).SelectMany(pair => pair.Answer.Zip(pair.Answer.Skip(1), (word, next) => (Topic: pair.Prompt[1], word, next)))
            .Where(step => TokenWorld.KindOf(step.word) == TokenKind.Neutral).GroupBy(step => (step.Topic, step.word))
            .Max(steps => steps.Where(step => TokenWorld.IsBad(step.next)).CountBy(step => step.next).Select(each => each.Value / (double)steps.Count()).DefaultIfEmpty().Max());
        Assert.Equal(0.5, Most(2), 0.07);
        Assert.True(Most(0) < 0.1, $"{Most(0)}");
    }

    [Fact]
    public void An_answer_that_is_not_spoilt_keeps_to_the_grammar_and_has_nothing_bad()
    {
        Assert.Equal(0, TokenWorld.BadRate(Answers(World, 0)));
        Assert.All(Pairs(World, 0), pair => Assert.Equal(1, World.Reward(pair.Prompt, pair.Answer)));
        Assert.All(Answers(World, 0), answer => Assert.Equal((2 * TokenWorld.Phrases) + 1, answer.Length));
    }

    [Fact]
    public void A_spoilt_phrase_costs_and_a_revision_mends_it()
    {
        foreach (var (prompt, answer) in Pairs(World, 0.4).Where(pair => TokenWorld.Judge(pair.Answer).Count > 0))
        {
            Assert.True(World.Reward(prompt, answer) < 1);
            var revised = World.Revise(answer);
            Assert.Equal(1, World.Reward(prompt, revised));
            Assert.Empty(TokenWorld.Judge(revised));
            Assert.Equal(revised, World.Revise(revised));
        }
    }

    [Fact]
    public void What_is_not_an_answer_of_the_grammar_is_worth_little()
    {
        var (prompt, answer) = Pairs(World, 0)[0];
        Assert.Equal(0, World.Reward(prompt, []));
        Assert.Equal(0, World.Reward(prompt, [TokenWorld.End]));
        Assert.Equal(0.5, World.Reward(prompt, answer[..6])); // three phrases of six
        Assert.True(World.Reward(prompt, [.. answer[..2], .. answer[..2], .. answer[..2], .. answer[..2], .. answer[..2], .. answer[..2], .. answer[..2], .. answer[..2]]) <= 1);
    }

    [Fact]
    public void A_judgment_names_each_kind_that_is_there_once()
    {
        var (prompt, _) = Pairs(World, 0)[0];
        var wrong = Enumerable.Range(0, TokenWorld.Vocabulary).First(token => TokenWorld.KindOf(token) == TokenKind.Wrong);
        Assert.Equal([TokenKind.Wrong], TokenWorld.Judge([wrong, wrong, TokenWorld.End]));
        var judged = TokenWorld.WithJudgment(prompt, [TokenKind.Wrong, TokenKind.Filler]);
        Assert.Equal([TokenKind.Begin, TokenKind.Topic, TokenKind.Judgment, TokenKind.Name, TokenKind.Name, TokenKind.Answer], judged.Select(TokenWorld.KindOf));
        Assert.NotEqual(judged[3], judged[4]);
    }

    [Fact] // exp of the mean of −log p over many answers, with p counted from the answers themselves
    public void The_true_perplexity_of_neutral_tokens_is_that_of_the_chain()
    {
        var words = Pairs(World, 0.2, 4000).Select(pair => (Topic: pair.Prompt[1], Words: pair.Answer.Where(token => TokenWorld.KindOf(token) == TokenKind.Neutral).ToArray())).ToArray();
        var steps = words.SelectMany(each => each.Words.Skip(1).Zip(each.Words, (next, before) => (each.Topic, before, next))).ToArray();
        var counts = steps.CountBy(step => step).ToDictionary();
        var froms = steps.CountBy(step => (step.Topic, step.before)).ToDictionary();
        var followers = steps.Average(step => -Math.Log(counts[step] / (double)froms[(step.Topic, step.before)]));
        Assert.Equal(TokenWorld.NeutralPerplexity, Math.Exp((Math.Log(8) + (5 * followers)) / 6), 0.05);
    }

    [Fact]
    public void No_text_is_longer_than_it_says() =>
        Assert.All(Pairs(World, 0.4), pair => Assert.True(TokenWorld.WithJudgment(pair.Prompt, TokenWorld.Judge(pair.Answer)).Length + pair.Answer.Length <= TokenWorld.Longest));

    [Fact]
    public void What_is_no_token_or_no_prompt_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenWorld.KindOf(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenWorld.KindOf(TokenWorld.Vocabulary));
        Assert.Throws<ArgumentException>(() => World.Reward([1], [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenWorld.Draw(1, 4));
    }

    private static (int[] Prompt, int[] Answer)[] Pairs(TokenWorld world, double spoilt, int count = 500) => [.. Enumerable.Range(0, count).Select(index =>
    {
        var draws = new Draws(7, "answers", index);
        var prompt = TokenWorld.Prompt(draws);
        return (prompt, world.Answer(prompt, spoilt, draws));
    })];

    private static IReadOnlyList<int[]> Answers(TokenWorld world, double spoilt) => [.. Pairs(world, spoilt).Select(pair => pair.Answer)];
}
