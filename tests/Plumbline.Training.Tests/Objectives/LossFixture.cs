using System.Text.Json;
using Plumbline.Training.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Objectives;

/// <summary>Columns and the values of losses on them, from Fixtures/objectives/make.py.</summary>
internal static class LossFixture
{
    private static readonly Lazy<JsonElement> File = new(() => JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(Root(), "tests", "Plumbline.Training.Tests", "Fixtures", "objectives", "losses.json"))).RootElement);

    public static IReadOnlyList<JsonElement> Pairs => [.. File.Value.GetProperty("pairs").EnumerateArray()];

    public static IReadOnlyList<JsonElement> Points => [.. File.Value.GetProperty("points").EnumerateArray()];

    public static Dictionary<string, double> Settings(JsonElement item) => item.GetProperty("settings").EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetDouble());

    public static double[] Numbers(JsonElement item, string name) => [.. item.GetProperty(name).EnumerateArray().Select(each => each.GetDouble())];

    /// <summary>A batch of pairs, in an order of one's choice, each as often as it is named.</summary>
    public static PairLogProbs Batch(string name, int[]? order = null)
    {
        var batch = File.Value.GetProperty("batches").GetProperty(name);
        return new PairLogProbs(Column("chosen"), Column("rejected"), Column("referenceChosen"), Column("referenceRejected"), Column("chosenLengths"), Column("rejectedLengths"))
        {
            Shared = new(Column("chosenShared"), Column("rejectedShared"), Column("referenceChosenShared"), Column("referenceRejectedShared")),
            ChosenCertainty = Column("chosenCertainty"),
            RejectedCertainty = Column("rejectedCertainty"),
            Gap = Column("gaps"),
        };

        Tensor Column(string column)
        {
            var numbers = Numbers(batch, column);
            return tensor(order is null ? numbers : [.. order.Select(index => numbers[index])]);
        }
    }

    public static PointLogProbs Answers(JsonElement item, PointBaseline baseline)
    {
        var (policy, reference, mismatched) = (Numbers(item, "policy"), Numbers(item, "reference"), Numbers(item, "mismatched"));
        return new PointLogProbs(tensor(policy), tensor(reference), tensor(Numbers(item, "lengths")), tensor(Numbers(item, "labels")))
        {
            Baseline = baseline switch
            {
                PointBaseline.Answers => tensor(policy.Zip(reference, (a, b) => a - b).Average()),
                PointBaseline.Mismatched when mismatched.Length > 0 => tensor(mismatched.Average()),
                _ => null,
            },
        };
    }

    public static double[] Values(Tensor values) => values.to(ScalarType.Float64).data<double>().ToArray();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
