using Plumbline.Statistics;

namespace Plumbline.Tests.Statistics;

public sealed class CalibrationTests
{
    [Fact] // by hand: of the 2 · 3 pairs .8 beats all three negatives, .4 beats .1, ties with .4 and loses to .6
    public void The_area_counts_pairs_in_order_and_half_of_ties() =>
        Assert.Equal(4.5 / 6, AreaUnderRoc.Of([0.8, 0.4, 0.1, 0.4, 0.6], [true, true, false, false, false]), 12);

    [Fact]
    public void A_perfect_order_has_area_one_its_reverse_none_and_a_constant_a_half()
    {
        bool[] labels = [true, false, true, false];
        Assert.Equal(1, AreaUnderRoc.Of([3, 1, 4, 2], labels));
        Assert.Equal(0, AreaUnderRoc.Of([-3, -1, -4, -2], labels));
        Assert.Equal(0.5, AreaUnderRoc.Of([7, 7, 7, 7], labels));
        Assert.True(double.IsNaN(AreaUnderRoc.Of([1, 2], [true, true])));
    }

    [Fact] // two bins: |(.1 + .3) − 1| / 4 + |(.6 + .8) − 1| / 4 = .15 + .1
    public void The_calibration_error_is_the_distance_of_confidence_and_accuracy_bin_by_bin() =>
        Assert.Equal(0.25, CalibrationError.Of([0.8, 0.1, 0.6, 0.3], [true, true, false, false], bins: 2), 12);

    [Fact]
    public void Equal_confidences_are_one_bin_however_many_there_are_and_more_bins_than_items_do_no_harm()
    {
        Assert.Equal(0.2, CalibrationError.Of([0.7, 0.7, 0.7, 0.7], [true, false, true, false]), 12);
        Assert.Equal(0.3, CalibrationError.Of([0.7], [true], bins: 15), 12);
    }

    [Fact]
    public void What_is_no_confidence_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CalibrationError.Of([1.1], [true]));
        Assert.Throws<ArgumentOutOfRangeException>(() => CalibrationError.Of([], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => AreaUnderRoc.Of([1], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => AreaUnderRoc.Of([double.NaN], [true]));
    }
}
