using Plumbline.Reproductions.Texts;
using Plumbline.Training;
using Plumbline.Worlds.Facts;

namespace Plumbline.Reproductions.Tests.Texts;

public sealed class FactLearnerTests
{
    [Fact] // the grades stand for the middles of fifths: 1 or 2 of ten is .1, 9 or 10 is .9
    public void What_labels_say_of_confidence_is_what_the_reader_of_the_world_hears()
    {
        for (var right = 1; right <= 10; right++)
        {
            var answers = new SampledAnswers("Oslo.", [.. Enumerable.Repeat("", 10)], [.. Enumerable.Range(0, 10).Select(index => index < right)]);
            Assert.Equal(right / 10.0, FactAnswer.Read("Anna Berg", new NumericConfidence().Targets(answers)[0]).Confidence);
            Assert.Equal((2 * ((right - 1) / 2) + 1) / 10.0, FactAnswer.Read("Anna Berg", new VerbalConfidence().Targets(answers)[0]).Confidence);
        }
        Assert.True(FactAnswer.Read("Anna Berg", HonestyLabels.DontKnow).SaysUnknown);
        Assert.True(FactAnswer.Read("Anna Berg", FactLearner.DontKnow).SaysUnknown);
    }

    [Fact]
    public void Only_what_is_known_is_taught_and_one_answer_in_ten_does_not_know()
    {
        var world = FactWorld.Draw(1, subjects: 8, known: 0.5);
        var lines = FactLearner.Questions(world, requests: false, new Draws(1, "test")).ToArray();
        Assert.Equal(world.Facts.Where(world.Knows).Select(FactLearner.Ask).Order(), lines.Select(line => line.Prompt).Distinct().Order());
        Assert.Equal(0.1, lines.Average(line => line.Answer == FactLearner.DontKnow ? 1.0 : 0), 12);
        foreach (var line in FactLearner.Biographies(world, new Draws(1, "test")))
            Assert.All(FactAnswer.Read("", line.Answer).Claims, claim => Assert.True(world.Knows(claim)));
    }
}
