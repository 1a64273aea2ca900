namespace Plumbline.Training.Tests.Data.Labelling;

public sealed class AcrossMessagesTests
{
    [Fact]
    public void What_was_written_for_a_message_is_better_under_it_than_what_was_written_for_another() =>
        Assert.Equal([new(0, 1), new(0, 2), new(1, 0), new(1, 2), new(2, 0), new(2, 1)], AcrossMessages.Of(["short", "kind", "full"]));

    [Fact]
    public void Answers_that_are_the_same_make_no_pair() => Assert.Equal([new(0, 1), new(1, 0), new(1, 2), new(2, 1)], AcrossMessages.Of(["a", "b", "A"], StringComparer.OrdinalIgnoreCase));
}
