using System.Text.Json;
using System.Text.Json.Nodes;
using Plumbline.Models.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models.Checkpoints;

/// <summary>Weights of a decoder in a folder, in one file or in several with an index, in the names of their architecture.</summary>
internal static class DecoderCheckpoint
{
    public const string WeightsName = "model.safetensors";
    public const string IndexName = "model.safetensors.index.json";

    private const long MaximumIndexBytes = 1 << 26;
    private const string Mixed = "Use files of one and the same model.";

    /// <summary>Reads config.json and the weights.</summary>
    /// <exception cref="InputException">A file is missing, malformed, or does not fit the others.</exception>
    public static Decoder Load(string folder, bool scores = false)
    {
        var config = DecoderConfigFile.Load(Path.Combine(folder, DecoderConfigFile.Name), scores);
        var files = Open(folder, out var place);
        try
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            foreach (var found in Match(config, files, place)) // before memory is asked for on the word of the configuration
                Read(found, weights);
            return new Decoder(config, (name, _) => weights[name]);
        }
        finally
        {
            foreach (var file in files)
                file.Dispose();
        }
    }

    /// <summary>Reads config.json and the headers of the weights: enough to know whether <see cref="Load"/> can read them.</summary>
    /// <exception cref="InputException">A file is missing, malformed, or does not fit the others.</exception>
    public static CheckpointSummary Summarise(string folder)
    {
        var config = DecoderConfigFile.Load(Path.Combine(folder, DecoderConfigFile.Name));
        var files = Open(folder, out var place);
        try
        {
            var found = Match(config, files, place);
            return new(config, [.. files.Select(file => new CheckpointFile(Path.GetFileName(file.Path), new FileInfo(file.Path).Length))],
                [.. found.Select(each => each.Entry.Type.ToString().ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)]);
        }
        finally
        {
            foreach (var file in files)
                file.Dispose();
        }
    }

    /// <summary>Writes config.json and the weights, in several files if one would be larger than that.</summary>
    public static void Save(Decoder decoder, string folder, ScalarType type, long mostBytes)
    {
        DecoderConfigFile.Save(decoder.Config, Path.Combine(folder, DecoderConfigFile.Name), type);
        var parameters = decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter);
        var shards = Shards(StoredTensor.Of(decoder.Config).OrderBy(stored => stored.Name, StringComparer.Ordinal), stored => stored.Parameters.Sum(name => parameters[name].numel()) * (type == ScalarType.Float32 ? 4 : 2), mostBytes);
        var weightMap = new JsonObject();
        foreach (var (index, shard) in shards.Index())
        {
            var name = shards.Count == 1 ? WeightsName : $"model-{index + 1:00000}-of-{shards.Count:00000}.safetensors";
            using var scope = NewDisposeScope();
            using var off = no_grad();
            SafeTensors.Save(Path.Combine(folder, name), shard.Select(stored => (stored.Name, stored.Join(each => parameters[each].detach()).to(type))), new Dictionary<string, string> { ["format"] = "pt" });
            foreach (var stored in shard)
                weightMap[stored.Name] = name;
        }
        var indexFile = Path.Combine(folder, IndexName);
        if (shards.Count == 1)
        {
            File.Delete(indexFile);
            return;
        }
        var total = parameters.Values.Sum(parameter => parameter.numel()) * (type == ScalarType.Float32 ? 4 : 2);
        AtomicFile.Write(indexFile, new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = total }, ["weight_map"] = weightMap }.ToJsonString() + "\n");
        File.Delete(Path.Combine(folder, WeightsName)); // or a reader would find old weights first
    }

    private static List<List<StoredTensor>> Shards(IEnumerable<StoredTensor> tensors, Func<StoredTensor, long> bytes, long most)
    {
        List<List<StoredTensor>> shards = [[]];
        long size = 0;
        foreach (var stored in tensors)
        {
            if (size > 0 && size + bytes(stored) > most)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add(stored);
            size += bytes(stored);
        }
        return shards;
    }

    /// <summary>Opens the one file, or those that the index names.</summary>
    private static List<SafeTensorsFile> Open(string folder, out string place)
    {
        var single = Path.Combine(folder, WeightsName);
        var index = Path.Combine(folder, IndexName);
        place = File.Exists(single) || !File.Exists(index) ? single : index;
        if (place == single)
            return [new SafeTensorsFile(single)];
        var map = JsonPlace.Open(index, MaximumIndexBytes)["weight_map"].Members().ToList();
        var files = new List<SafeTensorsFile>();
        try
        {
            foreach (var shard in map.GroupBy(member => member.Value.Text(), StringComparer.Ordinal))
            {
                if (shard.Key != Path.GetFileName(shard.Key) || !shard.Key.EndsWith(".safetensors", StringComparison.Ordinal))
                    throw shard.First().Value.Wrong($"'{shard.Key}' is no safetensors file of this folder.", "An index names files beside it.");
                var file = new SafeTensorsFile(Path.Combine(folder, shard.Key));
                files.Add(file);
                if (shard.FirstOrDefault(member => file.Find(member.Key) is null) is { Key: { } missing })
                    throw new InputException(file.Path, $"the tensor '{missing}' is missing, but {IndexName} says that it is here.", Mixed);
            }
            return files;
        }
        catch
        {
            foreach (var file in files)
                file.Dispose();
            throw;
        }
    }

    /// <summary>Finds each tensor that the configuration asks for, in the shape that it asks for, and refuses those that it does not.</summary>
    private static List<FoundTensor> Match(DecoderConfig config, List<SafeTensorsFile> files, string place)
    {
        var layout = StoredTensor.Of(config);
        var shapes = DecoderParameters.Of(config).ToDictionary(each => each.Name, each => each.Shape, StringComparer.Ordinal);
        var stored = files.SelectMany(file => file.Entries.Select(entry => (File: file, Entry: entry))).GroupBy(each => each.Entry.Name)
            .ToDictionary(group => group.Key, group => group.Count() == 1 ? group.Single() : throw new InputException(place, $"the tensor '{group.Key}' stands in two files.", Mixed));
        // The first checkpoints of GPT-2 have names without 'transformer.'.
        var prefix = config.Architecture == DecoderArchitecture.Gpt2 && !stored.Keys.Any(name => name.StartsWith("transformer.", StringComparison.Ordinal)) ? "transformer." : "";
        var known = layout.ToDictionary(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal) ? tensor.Name[prefix.Length..] : tensor.Name, StringComparer.Ordinal);
        if (known.Keys.FirstOrDefault(name => !stored.ContainsKey(name)) is { } missing)
            throw new InputException(place, $"the tensor '{missing}' is missing.", Mixed);
        if (stored.Keys.FirstOrDefault(name => !known.ContainsKey(name) && !StoredTensor.IsRedundant(name, config)) is { } extra)
        {
            throw new InputException($"{stored[extra].File.Path}: {extra}", $"there is no such tensor in a {DecoderFamily.Of(config.Architecture).ClassName} of this shape.",
                "Use a plain checkpoint, with adapters merged.");
        }
        return [.. known.Select(each => Checked(new(each.Value, stored[each.Key].File, stored[each.Key].Entry) { Shapes = shapes }))];
    }

    private static FoundTensor Checked(FoundTensor found)
    {
        var (tensor, file, entry) = found;
        long[] expected = [tensor.Parameters.Sum(name => found.Shapes[name][0]), .. found.Shapes[tensor.Parameters[0]][1..]];
        if (tensor.OnItsSide)
            expected = [.. expected.Reverse()];
        if (!entry.Shape.SequenceEqual(expected))
            throw new InputException($"{file.Path}: {entry.Name}", $"the shape is [{string.Join(", ", entry.Shape)}], expected [{string.Join(", ", expected)}].", Mixed);
        if (entry.Type is not (ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16))
            throw new InputException($"{file.Path}: {entry.Name}", $"the weights are of type {entry.Type}.", "Weights are F32, F16, BF16 or F64; quantised checkpoints are not read.");
        return found;
    }

    private static void Read(FoundTensor found, Dictionary<string, Tensor> weights)
    {
        var (tensor, file, entry) = found;
        using (NewDisposeScope())
        {
            var plain = tensor.Parameters.Count == 1 && !tensor.OnItsSide;
            var whole = plain && file.CanMap(entry) ? file.Map(entry) : file.Read(entry).to(ScalarType.Float32);
            // A sum shows at once that all is well; where it overflows, each number is looked at.
            if (!float.IsFinite(whole.sum().item<float>()) && !whole.isfinite().all().item<bool>())
                throw new InputException($"{file.Path}: {entry.Name}", "a weight is not a finite number.", "The file is damaged, or training diverged before it was written.");
            var upright = tensor.OnItsSide ? whole.t() : whole;
            var rows = tensor.Parameters.Select(name => found.Shapes[name][0]).ToArray();
            foreach (var (name, piece) in tensor.Parameters.Zip(plain ? [whole] : upright.split(rows)))
                weights.Add(name, (plain ? piece : piece.contiguous().clone()).MoveToOuterDisposeScope());
        }
    }

    /// <summary>A tensor of the layout and where it is.</summary>
    private sealed record FoundTensor(StoredTensor Tensor, SafeTensorsFile File, SafeTensorsHeader.Entry Entry)
    {
        public required IReadOnlyDictionary<string, long[]> Shapes { get; init; }
    }
}
