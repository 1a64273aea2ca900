using Plumbline.Auditing.Reports.Page;
using Plumbline.Statistics;

namespace Plumbline.Auditing.Reports.Methods;

/// <summary>A comparison of methods for people: one page, no script, nothing fetched.</summary>
internal static class MethodPage
{
    public static string Write(MethodComparison comparison)
    {
        var style = ReportStyle.For(0);
        return Html.Of($"""
            {PageHead.Write(comparison.Title, style)}
            <body>
            <main id="main">
            <section>
            <h1>{comparison.Title}</h1>
            <p class="note">Means over {comparison.Seeds} seeds with 95 % intervals (Student). Up and to the left is better: the dashed line joins methods that no other beats.</p>
            <div class="scroll">{FrontFigure.Draw(comparison)}</div>
            </section>
            <section>
            <h2>In numbers</h2>
            <div class="scroll"><table>
            <thead><tr><th>method</th><th>complies</th><th>true reward</th><th>proxy reward</th><th>over-optimisation</th><th>distinct answers</th><th>KL</th><th>words</th><th>time, memory</th></tr></thead>
            <tbody>{comparison.Rows.Select(Row)}</tbody>
            </table></div>
            <p class="note">Over-optimisation: how much more the proxy rose from the start than the checker did. Distinct answers: among the samples to a request; 0 % where all are the same. Intervals of shares end at 0 and 100 %, and the picture cuts off intervals that would press its points together. KL: mean of log π − log π₀ over sampled answers, in nats for an answer. Time and memory: of training, medians.</p>
            </section>
            <section>
            <h2>What all had in common</h2>
            <dl class="pairs">{comparison.Settings.Select(each => Html.Of($"<div><dt>{each.Key}</dt><dd>{each.Value}</dd></div>"))}</dl>
            </section>
            <section>
            <h2>The same again</h2>
            <pre><code>{comparison.Command}</code></pre>
            </section>
            </main>
            <footer><p>Made by Plumbline. The same numbers for programs are in <code>comparison.json</code>, the picture alone is in <code>front.svg</code>, both beside this page.</p></footer>
            </body>
            </html>

            """).Markup.ReplaceLineEndings("\n");
    }

    private static Html Row(MethodRow row) => Html.Of($"""
        <tr><th scope="row">{row.Name}</th>{Share(row.Quality)}{Number(row.TrueReward)}{Number(row.ProxyReward)}{Number(row.OverOptimisation)}{Share(row.Diversity)}{Number(row.Divergence)}<td>{row.Words:0.0}</td><td>{(row.Seconds is { } seconds ? Figures.Time(TimeSpan.FromSeconds(seconds)) : Figures.None)}<br><span class="interval">{(row.Megabytes is { } memory ? $"{Figures.Number(Math.Round(memory))} MB" : "")}</span></td></tr>

        """);

    private static Html Share(Estimate estimate) => Html.Of($"""<td>{Figures.Percent(estimate.Value)}<br><span class="interval">{Figures.Ends(Math.Max(0, estimate.Low), Math.Min(1, estimate.High))}</span></td>""");

    private static Html Number(Estimate estimate) => Html.Of($"""<td>{estimate.Value:0.000;−0.000;0.000}<br><span class="interval">{estimate.Low:0.00;−0.00;0.00} to {estimate.High:0.00;−0.00;0.00}</span></td>""");
}
