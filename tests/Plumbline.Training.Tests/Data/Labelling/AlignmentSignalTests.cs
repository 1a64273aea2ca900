namespace Plumbline.Training.Tests.Data.Labelling;

public sealed class AlignmentSignalTests
{
    [Fact]
    public void Shares_are_of_all_labels_and_name_the_sources_that_there_are()
    {
        var shares = AlignmentSignal.Shares([new("1", SignalSource.Model, "a", "1"), new("2", SignalSource.Model, "b", "1"), new("3", SignalSource.Human, "c", "1"), new("4", SignalSource.Model, "a", "2")]);
        Assert.Equal([(SignalSource.Model, 0.75), (SignalSource.Human, 0.25)], shares.OrderBy(each => each.Key).Select(each => (each.Key, each.Value)));
        Assert.Empty(AlignmentSignal.Shares([]));
    }
}
