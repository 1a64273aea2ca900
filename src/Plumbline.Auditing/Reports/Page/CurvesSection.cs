using System.Globalization;
using System.Text;

namespace Plumbline.Auditing.Reports.Page;

/// <summary>Small pictures of what was followed while training.</summary>
internal static class CurvesSection
{
    private const int MostPoints = 240;

    public static Html Write(IReadOnlyList<Curve> curves)
    {
        var drawn = curves.Select(curve => Draw(curve with { Points = [.. curve.Points.Where(point => double.IsFinite(point.Value)).OrderBy(point => point.Step)] })).Where(curve => curve != Html.Empty).ToArray();
        return drawn.Length == 0 ? Html.Empty : Html.Of($"<div class=\"curves\">{drawn}</div>\n<p class=\"note\">Pale: as measured. Dark: smoothed.</p>");
    }

    private static Html Draw(Curve curve)
    {
        if (curve.Points.Count < 2)
            return Html.Empty;
        var points = Thin(curve.Points);
        var (low, high) = (points.Min(point => point.Value), points.Max(point => point.Value));
        var (first, last) = (curve.Points[0], curve.Points[^1]);
        return Html.Of($"""
            <figure>
            <figcaption>{curve.Stage}: <strong>{curve.Name}</strong></figcaption>
            <div class="plot"><div class="ends" aria-hidden="true"><span>{Short(high)}</span><span>{Short(low)}</span></div>
            <svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label="{curve.Name} over {curve.Stage}: from {Short(first.Value)} at step {Figures.Number(first.Step)} to {Short(last.Value)} at step {Figures.Number(last.Step)}, between {Short(low)} and {Short(high)}">
            <path class="measured" d="{Path(points)}"/><path class="smooth" d="{Path(Smooth(points))}"/>
            </svg></div>
            <p class="steps" aria-hidden="true"><span>step {Figures.Number(first.Step)}</span><span>{Figures.Number(last.Step)}</span></p>
            </figure>
            """);

        string Path(IEnumerable<(long Step, double Value)> line)
        {
            var path = new StringBuilder();
            foreach (var (step, value) in line)
            {
                var x = 100.0 * (step - first.Step) / Math.Max(1, last.Step - first.Step);
                var y = high > low ? 38 - 36 * (value - low) / (high - low) : 20;
                path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{x:0.##} {y:0.##}");
            }

            return path.ToString();
        }
    }

    /// <summary>At most so many points: neighbours are averaged.</summary>
    private static (long Step, double Value)[] Thin(IReadOnlyList<CurvePoint> points) =>
        [.. points.Chunk(Math.Max(1, (points.Count + MostPoints - 1) / MostPoints)).Select(near => (near[0].Step, near.Average(point => point.Value)))];

    /// <summary>The mean over a window of a tenth of the curve; at its ends over what there is of it.</summary>
    private static IEnumerable<(long Step, double Value)> Smooth((long Step, double Value)[] points)
    {
        var half = points.Length / 20;
        return points.Select((point, i) => (point.Step, points[Math.Max(0, i - half)..Math.Min(points.Length, i + half + 1)].Average(near => near.Value)));
    }

    private static string Short(double value) => double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) is var rounded ? Figures.Number(rounded) : "";
}
