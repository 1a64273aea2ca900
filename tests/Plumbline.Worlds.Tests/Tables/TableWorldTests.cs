using Plumbline.Worlds.Tables;

namespace Plumbline.Worlds.Tests.Tables;

public sealed class TableWorldTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_course_of_a_row_is_what_the_rule_makes_of_its_words(bool twoSteps)
    {
        var world = new TableWorld(twoSteps);
        for (var index = 0; index < 500; index++)
        {
            var (question, truth) = world.Draw(new Draws(1, "rows", index));
            int Of(string attribute, params string[] values) => Array.IndexOf(values, question.Split(' ').SkipWhile(word => word != attribute).ElementAt(1));
            var (grade, spread, marker) = (Of("grade", "low", "middle", "high"), Of("spread", "none", "near", "far"), Of("marker", "minus", "plus"));
            var stage = twoSteps ? (grade + spread) % 3 : grade;
            Assert.Equal(stage + 1, truth.Stage);
            Assert.Equal(stage == 2 || (stage == 1 && marker == 1), truth.Poor);
            Assert.InRange(truth.Months, 24.0 / (1 + 2 * stage + marker) - 1.5, 24.0 / (1 + 2 * stage + marker) + 1.5);
            Assert.Equal(truth, TableAnswer.Read(truth.Text));
            Assert.All($"{question} {truth.Text}".Split(' '), word => Assert.Contains(word, TableWorld.Words));
        }
    }

    [Fact] // grade alone, or spread alone, leaves every stage equally likely
    public void In_two_steps_no_attribute_tells_the_stage_by_itself()
    {
        var rows = Enumerable.Range(0, 3000).Select(index => new TableWorld(true).Draw(new Draws(2, "rows", index))).ToArray();
        foreach (var word in (string[])["low", "high", "none", "far"])
        {
            var there = rows.Where(row => row.Question.Split(' ').Contains(word)).ToArray();
            Assert.All([1, 2, 3], stage => Assert.Equal(1 / 3.0, there.Average(row => row.Truth.Stage == stage ? 1.0 : 0), 0.05));
        }
    }

    [Theory]
    [InlineData("class poor months four", null, true, 4)]
    [InlineData("stage two class good months twentyfive", 2, false, 25)]
    public void Answers_are_read_with_and_without_a_reason(string text, int? stage, bool poor, int months) => Assert.Equal(new TableAnswer(stage, poor, months), TableAnswer.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("stage")]
    [InlineData("stage four class good months one")]
    [InlineData("stage two stage two class good months one")]
    [InlineData("class bad months one")]
    [InlineData("class good months many")]
    [InlineData("class good months one and more")]
    public void What_has_no_form_is_no_answer(string text) => Assert.Null(TableAnswer.Read(text));
}
