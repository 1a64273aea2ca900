using System.Globalization;
using Plumbline.Auditing.Reports.Page;
using Plumbline.Statistics;

namespace Plumbline.Auditing.Reports.Methods;

/// <summary>Quality against divergence from the start: a point for each method with its intervals, and the line of those that no other beats.</summary>
internal static class FrontFigure
{
    private const double Width = 760, Height = 460, Left = 64, Right = 24, Top = 20, Bottom = 56, LabelHeight = 15, LetterWidth = 7;
    private const string Ink = "#1c2127", Soft = "#565d68", Line = "#dedad0", Accent = "#0f766e", Others = "#a64b06";

    public static Html Draw(MethodComparison comparison)
    {
        var (rows, front) = (comparison.Rows, comparison.Front);
        var across = Around([.. rows.Select(row => row.Divergence)], Left, Width - Right, double.MinValue, double.MaxValue);
        var up = Around([.. rows.Select(row => row.Quality)], Height - Bottom, Top, 0, 1);
        var labels = Labels(rows, across, up);
        return Html.Of($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width:0} {Height:0}" role="img" aria-label="Quality against divergence from the start, for {rows.Count - 1} methods" font-family="system-ui, sans-serif" font-size="13">
            <rect width="{Width:0}" height="{Height:0}" fill="#ffffff"/>
            {across.Ticks.Select(tick => Html.Of($"""<path d="M{across.At(tick):0.0} {Top:0}V{Height - Bottom:0}" stroke="{Line}"/><text x="{across.At(tick):0.0}" y="{Height - Bottom + 18:0}" text-anchor="middle" fill="{Soft}">{Figures.Number(tick)}</text>"""))}
            {up.Ticks.Select(tick => Html.Of($"""<path d="M{Left:0} {up.At(tick):0.0}H{Width - Right:0}" stroke="{Line}"/><text x="{Left - 8:0}" y="{up.At(tick) + 4:0.0}" text-anchor="end" fill="{Soft}">{100 * tick:0.#} %</text>"""))}
            <text x="{(Left + Width - Right) / 2:0}" y="{Height - 12:0}" text-anchor="middle" fill="{Ink}">KL from the start (nats for an answer)</text>
            <text transform="translate(16 {(Top + Height - Bottom) / 2:0}) rotate(-90)" text-anchor="middle" fill="{Ink}">complies</text>
            <path d="{string.Join("", front.Select((row, index) => string.Create(CultureInfo.InvariantCulture, $"{(index == 0 ? 'M' : 'L')}{across.At(row.Divergence.Value):0.0} {up.At(row.Quality.Value):0.0}")))}" fill="none" stroke="{Accent}" stroke-width="1.5" stroke-dasharray="5 4"/>
            {rows.Select((row, index) => Point(row, index == 0, front.Contains(row), across, up))}
            {labels}
            </svg>
            """);
    }

    /// <summary>All points, and their intervals as far as they do not press the points together.</summary>
    private static Axis Around(IReadOnlyList<Estimate> estimates, double from, double to, double least, double most)
    {
        var (low, high) = (estimates.Min(each => each.Value), estimates.Max(each => each.Value));
        return new Axis(Math.Max(estimates.Min(each => each.Low), low - 0.5 * (high - low)), Math.Min(estimates.Max(each => each.High), high + 0.5 * (high - low)), from, to, least, most);
    }

    private static Html Point(MethodRow row, bool isStart, bool isFront, Axis across, Axis up)
    {
        var (x, y, colour) = (across.At(row.Divergence.Value), up.At(row.Quality.Value), isStart ? Soft : isFront ? Accent : Others);
        return Html.Of($"""
            <g stroke="{colour}" fill="{colour}"><path d="M{across.At(row.Divergence.Low):0.0} {y:0.0}H{across.At(row.Divergence.High):0.0}M{x:0.0} {up.At(row.Quality.Low):0.0}V{up.At(row.Quality.High):0.0}" opacity="0.45" stroke-width="1.5"/><circle cx="{x:0.0}" cy="{y:0.0}" r="4.5" stroke="none"/></g>

            """);
    }

    /// <summary>Names beside their points; where one would lie on another it moves up or down until it does not, with a line to its point.</summary>
    private static List<Html> Labels(IReadOnlyList<MethodRow> rows, Axis across, Axis up)
    {
        var (taken, labels) = (new List<(double Left, double Right, double Y)>(), new List<Html>());
        foreach (var row in rows.OrderBy(row => up.At(row.Quality.Value)))
        {
            var (x, y, width) = (across.At(row.Divergence.Value), up.At(row.Quality.Value), LetterWidth * row.Name.Length);
            var isLeft = x + 10 + width > Width - Right;
            var (from, to) = isLeft ? (x - 10 - width, x - 10) : (x + 10, x + 10 + width);
            var free = Enumerable.Range(0, 2 * rows.Count).Select(step => y - 8 + (step % 2 == 0 ? 1 : -1) * ((step + 1) / 2) * LabelHeight)
                .Where(place => place > Top && place < Height - Bottom)
                .FirstOrDefault(place => taken.All(other => other.Right < from || other.Left > to || Math.Abs(other.Y - place) >= LabelHeight), y - 8);
            taken.Add((from, to, free));
            var leader = Math.Abs(free - y + 8) > 1 ? Html.Of($"""<path d="M{x:0.0} {y:0.0}L{(isLeft ? to : from):0.0} {free - 4:0.0}" stroke="{Line}"/>""") : Html.Empty;
            labels.Add(Html.Of($"""{leader}<text x="{(isLeft ? to : from):0.0}" y="{free:0.0}" text-anchor="{(isLeft ? "end" : "start")}" fill="{Ink}">{row.Name}</text>"""));
        }
        return labels;
    }

    /// <summary>A scale with a little room at its ends, and round ticks.</summary>
    private sealed class Axis
    {
        private readonly double _low, _high, _from, _to;

        public Axis(double low, double high, double from, double to, double least, double most)
        {
            var room = Math.Max(0.05 * (high - low), 1e-3);
            (_low, _high, _from, _to) = (Math.Max(least, low - room), Math.Min(most, high + room), from, to);
            var raw = (_high - _low) / 5;
            var unit = Math.Pow(10, Math.Floor(Math.Log10(raw)));
            var step = unit * (raw / unit) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
            Ticks = [.. Enumerable.Range(0, 20).Select(index => Math.Round((Math.Ceiling(_low / step) + index) * step, 10)).TakeWhile(tick => tick <= _high)];
        }

        public IReadOnlyList<double> Ticks { get; }

        public double At(double value) => _from + (_to - _from) * (Math.Clamp(value, _low, _high) - _low) / (_high - _low);
    }
}
