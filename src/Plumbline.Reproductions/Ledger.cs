using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Reproductions;

/// <summary>Results of experiments, kept as files, and the page that is made of them.</summary>
public static class Ledger
{
    /// <summary>How results are written wherever a program reads them.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        IndentSize = 2,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Name of the file that a result is kept in, for example <c>016-rice.json</c>.</summary>
    public static string FileName(ReproductionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return $"{result.Number}-{result.Name}.json";
    }

    /// <summary>Writes a result to a file.</summary>
    public static void Write(ReproductionResult result, string path)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        File.WriteAllText(path, JsonSerializer.Serialize(result, Json) + "\n");
    }

    /// <summary>Whether a result breaks what can be relied on: an exact number is wrong, or a claim does not hold that does in a stored result. That a claim does not hold is a finding otherwise, and no fault.</summary>
    /// <param name="result">What was measured now.</param>
    /// <param name="folder">Where results are stored; need not be there.</param>
    /// <exception cref="InputException">The stored result cannot be read.</exception>
    public static bool Breaks(ReproductionResult result, string folder)
    {
        ArgumentNullException.ThrowIfNull(result);
        var stored = Path.Combine(folder, FileName(result));
        var held = File.Exists(stored) ? Read(stored).Rows.Where(row => row.Holds == Holds.Yes).Select(row => row.Claim).ToHashSet(StringComparer.Ordinal) : [];
        return result.Rows.Any(row => row.Holds == Holds.No && (row.IsExact || held.Contains(row.Claim)));
    }

    /// <summary>Reads every result in a folder, by number.</summary>
    /// <exception cref="InputException">A file is not a result.</exception>
    public static IReadOnlyList<ReproductionResult> ReadAll(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException(folder, "there is no such folder.", "Store a result first: plumbline reproduce rice --out docs/ledger/016-rice.json");
        return [.. Directory.EnumerateFiles(folder, "*.json").Select(Read).OrderBy(result => result.Number, StringComparer.Ordinal)];
    }

    /// <summary>The page: what was claimed, what was measured, whether it holds. The same results give the same page.</summary>
    public static string Render(IReadOnlyList<ReproductionResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var page = new StringBuilder("""
            # Ledger

            What each paper claims and what its experiment measured here, at small scale. Made by `plumbline reproduce --ledger` from the
            files in [ledger](ledger); a claim that does not hold is kept and said so. Run one yourself: `plumbline reproduce rice`.


            """);
        page.Append(CultureInfo.InvariantCulture, $"{results.Count} of {MethodRegistry.All.Count} methods have a result: ")
            .Append(string.Join(", ", Enum.GetValues<Holds>().Select(holds => $"{results.Count(result => result.Holds == holds)} {Word(holds)}"))).Append(".\n");
        foreach (var result in results)
            Append(page, result);
        return page.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>The word for it: holds, undecided, does not hold.</summary>
    public static string Word(Holds holds) => holds switch
    {
        Holds.Yes => "holds",
        Holds.No => "does not hold",
        _ => "undecided",
    };

    /// <summary>A measured number as people read it, with at most four digits after the point.</summary>
    public static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The interval of a row, or <c>exact</c>.</summary>
    public static string Interval(MeasuredClaim row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row is { Low: { } low, High: { } high } ? $"[{Number(low)}, {Number(high)}]" : "exact";
    }

    private static void Append(StringBuilder page, ReproductionResult result)
    {
        var method = MethodRegistry.Find(result.Number);
        page.Append(CultureInfo.InvariantCulture, $"\n## {result.Number} {result.Name}: {Word(result.Holds)}\n\n{method.Paper}\n\n> {result.Claim}\n\n");
        if (method.Reproduction?.Missing is { } missing)
            page.Append(CultureInfo.InvariantCulture, $"Not shown yet: {missing}\n\n");
        if (method.Reproduction?.Smaller is { } smaller)
            page.Append(CultureInfo.InvariantCulture, $"Smaller here: {smaller}\n\n");
        if (method.Reproduction?.Remark is { } remark)
            page.Append(CultureInfo.InvariantCulture, $"{remark}\n\n");
        if (result.Fast)
            page.Append("Measured in the form that takes seconds.\n\n");
        AppendTable(page, ["claim", "measured", "95 % interval", "holds", "seeds", "seconds"], result.Rows.Select(Row));
        foreach (var table in result.Tables)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n{table.Title}:\n\n");
            AppendTable(page, table.Columns, table.Rows);
        }
    }

    private static string[] Row(MeasuredClaim row) =>
    [
        row.Claim, Number(row.Measured), Interval(row), row.Holds.ToString().ToLowerInvariant(),
        row.Seeds.Count == 0 ? "none" : string.Join(' ', row.Seeds), row.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
    ];

    private static void AppendTable(StringBuilder page, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        AppendRow(page, columns);
        AppendRow(page, [.. columns.Select(_ => "---")]);
        foreach (var row in rows)
            AppendRow(page, row);
    }

    private static void AppendRow(StringBuilder page, IReadOnlyList<string> cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    private static ReproductionResult Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ReproductionResult>(File.ReadAllText(path), Json) is { Number: not null, Name: not null, Rows: not null, Tables: not null } result
                ? result
                : throw new InputException(path, "this is not a stored result.", "Expected number, name, claim, rows and tables, as 'plumbline reproduce NAME --out FILE' writes them.");
        }
        catch (JsonException error)
        {
            throw new InputException($"{path}:{error.LineNumber + 1}:{error.BytePositionInLine + 1}", "this is not a stored result.",
                "Make it again with 'plumbline reproduce NAME --out FILE'.", error);
        }
    }
}
