namespace Plumbline.Reproductions.Texts;

/// <summary>The pairs that the paper was made with (sfulay/truth_politics, CC BY 4.0), where somebody has put them beside the project; nothing of them is part of it.</summary>
internal static class TruthPolitics
{
    private const int MostBytes = 64 << 20, MostRows = 100_000;

    /// <summary>A folder <c>shared/data/truth-politics</c> in the current folder or one above it; null if there is none.</summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", "truth-politics");
            if (File.Exists(Path.Combine(candidate, "twinviews-13k.csv")))
                return candidate;
        }
        return null;
    }

    /// <summary>Statements of the left and of the right on one topic.</summary>
    public static IReadOnlyList<(string Left, string Right, string Topic)> Views(string folder) => [.. Read(Path.Combine(folder, "twinviews-13k.csv"), "l", "r", "topic").Select(row => (row[0], row[1], row[2]))];

    /// <summary>True and false statements without politics; which false one stands beside which true one means nothing.</summary>
    public static IReadOnlyList<(string True, string False)> Truths(string folder) => [.. Read(Path.Combine(folder, "truthfulness-no-pol-truthgen.csv"), "truth", "falsehood").Select(row => (row[0], row[1]))];

    private static IEnumerable<string[]> Read(string path, params string[] columns)
    {
        if (new FileInfo(path).Length > MostBytes)
            throw new InputException(path, "it is larger than 64 MiB.", "Give the file as it was published.");
        using var rows = Rows(File.ReadAllText(path)).Take(MostRows).GetEnumerator();
        string[] header = rows.MoveNext() ? rows.Current : [];
        int[] wanted = [.. columns.Select(column => Array.IndexOf(header, column) is >= 0 and var at ? at : throw new InputException(path, $"it has no column '{column}'.", "Give the file as it was published."))];
        List<string[]> found = [];
        while (rows.MoveNext())
        {
            if (rows.Current.Length == header.Length)
                found.Add([.. wanted.Select(at => rows.Current[at])]);
        }
        return found;
    }

    /// <summary>Rows of comma-separated values; a cell in quotation marks may hold commas, line ends and doubled marks (RFC 4180).</summary>
    internal static IEnumerable<string[]> Rows(string text)
    {
        List<string> row = [];
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            var sign = text[at];
            if (quoted && sign == '"' && at + 1 < text.Length && text[at + 1] == '"')
                cell.Append(text[at++]);
            else if (sign == '"')
                quoted = !quoted;
            else if (quoted || sign is not (',' or '\n' or '\r'))
                cell.Append(sign);
            else if (sign != '\r')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (sign == ',')
                    continue;
                yield return [.. row];
                row.Clear();
            }
        }
        if (cell.Length > 0 || row.Count > 0)
            yield return [.. row, cell.ToString()];
    }
}
