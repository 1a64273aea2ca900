using System.Globalization;
using System.Security.Cryptography;
using Plumbline.Models;
using Plumbline.Runs;
using Plumbline.Training;

namespace Plumbline.Alignment;

/// <summary>What a run starts from, as hashes: taken up, it notices what is no longer the same, and says which weight or file it is.</summary>
/// <param name="Parts">By folder: by weight, or by file, its hash.</param>
internal sealed record StartingPoint(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Parts)
{
    /// <summary>Where it is kept in the run folder.</summary>
    public const string FileName = "start.json";

    private const long LargestWord = 1 << 26; // what is larger is no file of words about a model

    /// <summary>Of models and files.</summary>
    /// <param name="models">Folders of models, and their weights.</param>
    /// <param name="files">Further files that decide what training comes to.</param>
    public static StartingPoint Of(IEnumerable<(string Folder, WeightHashes Weights)> models, IEnumerable<string> files) => new(
        models.SelectMany(Of).Concat(files.Select(Of)).GroupBy(each => each.Place)
            .ToDictionary(group => group.Key, IReadOnlyDictionary<string, string> (group) => group.DistinctBy(each => each.Name).ToDictionary(each => each.Name, each => each.Hash)));

    /// <summary>Keeps it in a run that begins; refuses to go on from another one in a run that is taken up.</summary>
    /// <exception cref="InputException">Something is no longer what it was.</exception>
    public void Keep(RunFolder run)
    {
        if (!File.Exists(run.At(FileName)))
        {
            run.WriteJson(FileName, this);
            return;
        }
        foreach (var (place, before) in run.ReadJson<StartingPoint>(FileName).Parts)
        {
            var now = Parts.GetValueOrDefault(place);
            if (before.Keys.Union(now?.Keys ?? []).FirstOrDefault(name => before.GetValueOrDefault(name) != now?.GetValueOrDefault(name)) is { } other)
                throw new InputException(Path.Combine(place, other), "this is not what it was when the run began.", "Put back what was there, or begin a new run: taken up from something else, it would not end as it began.");
        }
    }

    /// <summary>Configuration, tokenizer and template: what lies beside the weights and is read.</summary>
    private static IEnumerable<string> Words(string folder) => Directory.EnumerateFiles(folder)
        .Where(file => Path.GetExtension(file) is ".json" or ".jinja" && !file.EndsWith(".index.json", StringComparison.Ordinal) && new FileInfo(file).Length <= LargestWord).Order(StringComparer.Ordinal);

    private static IEnumerable<(string Place, string Name, string Hash)> Of((string Folder, WeightHashes Weights) model) =>
        model.Weights.Weights.Select(each => (model.Folder, each.Name, each.Hash.ToString("x16", CultureInfo.InvariantCulture))).Concat(Words(model.Folder).Select(Of));

    private static (string Place, string Name, string Hash) Of(string file)
    {
        using var stream = File.OpenRead(file);
        return (Path.GetDirectoryName(Path.GetFullPath(file))!, Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
