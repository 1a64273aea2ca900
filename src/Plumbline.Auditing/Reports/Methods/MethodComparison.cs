using Plumbline.Statistics;

namespace Plumbline.Auditing.Reports.Methods;

/// <summary>What trainings of one model on the same data came to, side by side.</summary>
public sealed record MethodComparison
{
    /// <summary>What was compared, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The start, then the methods in the order in which they were named.</summary>
    public required IReadOnlyList<MethodRow> Rows { get; init; }

    /// <summary>Repetitions: each with data, order and samples of its own.</summary>
    public required int Seeds { get; init; }

    /// <summary>What all had in common, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>The command that makes it again.</summary>
    public string Command { get; init; } = "";

    /// <summary>Methods that no other beats: none is at least as good on less divergence.</summary>
    public IReadOnlyList<MethodRow> Front => [.. Rows.Where(row => !Rows.Any(other => other != row && other.Quality.Value >= row.Quality.Value && other.Divergence.Value <= row.Divergence.Value
        && (other.Quality.Value > row.Quality.Value || other.Divergence.Value < row.Divergence.Value))).OrderBy(row => row.Divergence.Value)];

    /// <summary>Quality against divergence, as a picture that stands alone.</summary>
    public string ToSvg() => FrontFigure.Draw(this).Markup;

    /// <summary>Table and picture on one page: no script, nothing fetched.</summary>
    public string ToHtml() => MethodPage.Write(this);
}

/// <summary>A method: means over seeds, each with Student's interval.</summary>
public sealed record MethodRow
{
    /// <summary>As it was named.</summary>
    public required string Name { get; init; }

    /// <summary>Share of held-out answers that comply, 0 to 1.</summary>
    public required Estimate Quality { get; init; }

    /// <summary>Mean reward of the checker.</summary>
    public required Estimate TrueReward { get; init; }

    /// <summary>Mean reward of the proxy that the pairs were made with.</summary>
    public required Estimate ProxyReward { get; init; }

    /// <summary>How much more the proxy rose from the start than the checker did.</summary>
    public required Estimate OverOptimisation { get; init; }

    /// <summary>Different answers among the samples to one request: 0 where all are the same, 1 where all differ.</summary>
    public required Estimate Diversity { get; init; }

    /// <summary>Mean of log π − log π₀ over sampled answers, in nats for an answer.</summary>
    public required Estimate Divergence { get; init; }

    /// <summary>Words of an answer.</summary>
    public required double Words { get; init; }

    /// <summary>Seconds of training, the median over seeds; null for the start.</summary>
    public double? Seconds { get; init; }

    /// <summary>The most memory that training took, in MB, the median over seeds; null for the start, and where it cannot be read.</summary>
    public double? Megabytes { get; init; }
}
