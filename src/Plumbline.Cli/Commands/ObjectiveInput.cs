using System.Text.Json;
using Plumbline.Training.Objectives;
using static TorchSharp.torch;

namespace Plumbline.Cli.Commands;

/// <summary>Numbers that a loss is asked for: settings and columns, from a JSON file, in double precision.</summary>
internal sealed class ObjectiveInput
{
    private const long MostBytes = 64 << 20;

    private static readonly string[] LogProbs =
    [
        "chosen", "rejected", "referenceChosen", "referenceRejected", "chosenShared", "rejectedShared", "referenceChosenShared", "referenceRejectedShared", "policy", "reference", "mismatched", "referenceMismatched",
    ];

    private static readonly string[] Counts = ["chosenLengths", "rejectedLengths", "lengths"];
    private static readonly string[] Others = ["chosenCertainty", "rejectedCertainty", "gaps", "weights", "labels"];
    private static readonly HashSet<string> Columns = [.. LogProbs, .. Counts, .. Others];
    private static readonly HashSet<string> Settings = [.. NamedObjectives.All.SelectMany(each => each.Settings).Select(setting => setting.Name), "z0"];

    private readonly string _file;
    private readonly Dictionary<string, double[]> _columns = [];
    private readonly Dictionary<string, double> _settings = [];
    private readonly HashSet<string> _read = [];

    private ObjectiveInput(string file) => _file = file;

    /// <summary>Fields of the file that nothing asked for.</summary>
    public IEnumerable<string> Unread => _columns.Keys.Concat(_settings.Keys).Where(name => !_read.Contains(name));

    /// <summary>Whether it has single answers instead of pairs.</summary>
    public bool HasAnswers => _columns.ContainsKey("policy");

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It is no such file, or a field is not what it should be.</exception>
    public static ObjectiveInput Read(string path)
    {
        var file = Inputs.ExistingFile(path);
        if (new FileInfo(file).Length > MostBytes)
            throw new InputException(file, "the file is larger than 64 MiB.", "Ask for fewer pairs at a time.");
        var input = new ObjectiveInput(file);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InputException(file, "this is not an object.", "Expected { \"beta\": 0.1, \"chosen\": [-12.5, …], … }.");
            foreach (var field in document.RootElement.EnumerateObject())
                input.Add(field);
        }
        catch (JsonException problem)
        {
            throw new InputException(problem.LineNumber is { } line ? $"{file}:{line + 1}:{problem.BytePositionInLine + 1}" : file, "this is not JSON.", "Expected { \"beta\": 0.1, \"chosen\": [-12.5, …], … }, each field once.", problem);
        }
        return input;
    }

    /// <summary>Settings of a loss that the file has.</summary>
    public IReadOnlyDictionary<string, double> SettingsOf(NamedObjective objective) =>
        objective.Settings.Where(setting => _settings.ContainsKey(setting.Name)).ToDictionary(setting => setting.Name, setting => Setting(setting.Name));

    /// <summary>The columns that a loss of pairs reads.</summary>
    /// <exception cref="InputException">One is missing, or has another length.</exception>
    public PairLogProbs Pairs(string loss, PairColumns needs)
    {
        var pairs = Column("chosen", loss);
        var count = pairs.Length;
        return new PairLogProbs(tensor(pairs), Needed("rejected"), Where(PairColumns.Reference, "referenceChosen"), Where(PairColumns.Reference, "referenceRejected"),
            Where(PairColumns.Lengths, "chosenLengths") ?? ones(count, float64), Where(PairColumns.Lengths, "rejectedLengths") ?? ones(count, float64))
        {
            Shared = needs.HasFlag(PairColumns.Shared) ? new(Needed("chosenShared"), Needed("rejectedShared"), Needed("referenceChosenShared"), Needed("referenceRejectedShared")) : null,
            ChosenCertainty = Where(PairColumns.Certainty, "chosenCertainty"),
            RejectedCertainty = Where(PairColumns.Certainty, "rejectedCertainty"),
            Gap = Where(PairColumns.Gap, "gaps"),
            Weight = _columns.ContainsKey("weights") ? Needed("weights") : null,
        };

        Tensor Needed(string name) => tensor(Column(name, loss, "chosen", count));
        Tensor? Where(PairColumns column, string name) => needs.HasFlag(column) ? Needed(name) : null;
    }

    /// <summary>The columns that a loss of single answers reads; pairs are two answers each, first all good ones, then all bad ones.</summary>
    /// <exception cref="InputException">One is missing, or has another length.</exception>
    public PointLogProbs Answers(string loss, PointObjective objective)
    {
        var (policy, reference) = (Joined("policy", "chosen", "rejected"), Joined("reference", "referenceChosen", "referenceRejected"));
        var labels = HasAnswers ? Joined("labels", "", "") : [.. Enumerable.Repeat(1.0, policy.Length / 2), .. Enumerable.Repeat(0.0, policy.Length / 2)];
        return new PointLogProbs(tensor(policy), tensor(reference), objective.ReadsLengths ? tensor(Joined("lengths", "chosenLengths", "rejectedLengths")) : ones(policy.Length, float64), tensor(labels))
        {
            Baseline = objective.Baseline switch
            {
                PointBaseline.Answers => tensor(policy.Zip(reference, (now, before) => now - before).Average()),
                PointBaseline.Mismatched => Drift(loss),
                _ => null,
            },
        };

        double[] Joined(string answers, string good, string bad)
        {
            if (HasAnswers)
                return Column(answers, loss, "policy", Column("policy", loss).Length);
            var count = Column("chosen", loss).Length;
            return [.. Column(good, loss, "chosen", count), .. Column(bad, loss, "chosen", count)];
        }
    }

    private Tensor? Drift(string loss)
    {
        if (_columns.ContainsKey("mismatched"))
        {
            var policy = Column("mismatched", loss);
            return tensor(policy.Zip(Column("referenceMismatched", loss, "mismatched", policy.Length), (now, before) => now - before).Average());
        }
        return _settings.ContainsKey("z0") ? tensor(Setting("z0")) : null;
    }

    private double Setting(string name)
    {
        _read.Add(name);
        return _settings[name];
    }

    private double[] Column(string name, string loss, string? like = null, int count = 0)
    {
        if (!_columns.TryGetValue(name, out var column))
            throw new InputException(_file, $"'{name}' is missing, which {loss} needs.", $"Add \"{name}\": [one number for each {(HasAnswers ? "answer" : "pair")}]. 'plumbline objective --list' says which columns each loss needs.");
        _read.Add(name);
        return like is null || column.Length == count ? column
            : throw new InputException($"{_file}: {name}", $"it has {column.Length} numbers, but '{like}' has {count}.", "All columns have a number for each pair, in the same order.");
    }

    private void Add(JsonProperty field)
    {
        var place = $"{_file}: {field.Name}";
        if (Settings.Contains(field.Name))
            _settings[field.Name] = field.Value.ValueKind switch { JsonValueKind.True => 1, JsonValueKind.False => 0, _ => Number(field.Value, place) };
        else if (!Columns.Contains(field.Name))
            throw new InputException(place, "there is no such field.", $"{(Spelling.Nearest(field.Name, [.. Columns, .. Settings]) is { } near ? $"Did you mean '{near}'? " : "")}Settings: {string.Join(", ", Settings)}. Columns: {string.Join(", ", Columns)}.");
        else if (field.Value.ValueKind != JsonValueKind.Array || field.Value.GetArrayLength() == 0)
            throw new InputException(place, "this is not a list of numbers.", "Expected a number for each pair, for example [-12.5, -8].");
        else
            _columns[field.Name] = [.. field.Value.EnumerateArray().Select((value, index) => Checked(field.Name, Number(value, $"{place}[{index}]"), $"{place}[{index}]"))];
    }

    private static double Number(JsonElement value, string place) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
        : throw new InputException(place, $"{Shown(value)} is not a finite number.", "Expected a number, for example -12.5.");

    private static double Checked(string column, double number, string place)
    {
        if (LogProbs.Contains(column) && number > 0)
            throw new InputException(place, $"{number} is not a log-probability.", "The logarithm of a probability is at most 0; sums over the tokens of an answer are expected, natural logarithms.");
        if (Counts.Contains(column) && (number < 1 || number != Math.Floor(number)))
            throw new InputException(place, $"{number} is not a number of tokens.", "Expected a whole number from 1 up.");
        if (column == "labels" && number is not (>= 0 and <= 1))
            throw new InputException(place, $"{number} is not a label.", "Expected a number from 0 (bad) to 1 (good).");
        if (column == "weights" && number < 0)
            throw new InputException(place, $"{number} is not a weight.", "Expected a number from 0 up.");
        return number;
    }

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 40 } text ? $"{text[..40]}…" : value.GetRawText();
}
