namespace Plumbline.Auditing.Tests.Roles;

public sealed class ProfileMatchTests
{
    [Fact] // |7 − 6| and |3 − 5|: 1 − 1.5/10
    public void Numbers_match_by_their_mean_distance_of_ten_and_what_is_not_shown_matches_nothing()
    {
        Assert.Equal(0.85, ProfileMatch.OfNumbers([7, 3], [6, 5]), 12);
        Assert.Equal(0.45, ProfileMatch.OfNumbers([7, 3], [6, null]), 12);
        Assert.Throws<ArgumentException>(() => ProfileMatch.OfNumbers([7], [11]));
        Assert.Throws<ArgumentException>(() => ProfileMatch.OfNumbers([7, 3], [7]));
    }

    [Fact]
    public void Labels_match_by_recall_and_letters_by_their_place()
    {
        Assert.Equal(0.5, ProfileMatch.OfLabels(["brave", "proud"], ["curious", "Proud", "stern"]));
        Assert.Equal(0.75, ProfileMatch.OfPersonality("INTJ", ['I', 'N', null, 'J']));
        Assert.Equal(0, ProfileMatch.OfPersonality("INTJ", ['J', 'T', 'N', 'I']));
    }

    [Fact]
    public void The_best_match_is_chosen_and_a_coin_is_tossed_among_equals()
    {
        Assert.Equal(1, ProfileMatch.RoleChoice([0.2, 0.9, 0.5, 0.1], 1));
        Assert.Equal(0, ProfileMatch.RoleChoice([0.2, 0.9, 0.5, 0.1], 2));
        Assert.Equal(0.5, ProfileMatch.RoleChoice([0.9, 0.9, 0.5, 0.1], 1));
    }
}
