using Plumbline.Models.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>The parameters of a low-rank adapter for one module of the checkpoint.</summary>
/// <param name="Name">The module, as the checkpoint of the architecture names it.</param>
/// <param name="Down">A, [rank, inputs]</param>
/// <param name="Up">B, [outputs, rank]</param>
/// <param name="Lengths">Lengths of rows, [outputs]; null without DoRA.</param>
internal sealed record LowRankModule(string Name, Parameter Down, Parameter Up, Parameter? Lengths)
{
    public const string DownName = ".lora_A.weight", UpName = ".lora_B.weight", LengthsName = ".lora_magnitude_vector";

    /// <summary>By the names of the file, without its prefix.</summary>
    public IEnumerable<(string Name, Parameter Value)> Parameters =>
        [(Name + DownName, Down), (Name + UpName, Up), .. Lengths is null ? [] : ((string, Parameter)[])[(Name + LengthsName, Lengths)]];

    /// <summary>The same, with each parameter where it is wanted.</summary>
    public LowRankModule Moved(Func<Parameter, Parameter> move) => this with { Down = move(Down), Up = move(Up), Lengths = Lengths is null ? null : move(Lengths) };

    /// <summary>The matrices of the decoder that stand in a module, each with its rows.</summary>
    /// <param name="stored">The tensor of the checkpoint.</param>
    /// <param name="rows">Outputs of a parameter of the decoder.</param>
    public static IEnumerable<(string Parameter, long From, long Rows)> Matrices(StoredTensor stored, Func<string, long> rows)
    {
        long from = 0;
        foreach (var parameter in stored.Parameters)
        {
            yield return (parameter, from, rows(parameter));
            from += rows(parameter);
        }
    }

    /// <summary>The matrices of a checkpoint, by the name of their module: what an adapter can change.</summary>
    public static IReadOnlyDictionary<string, (StoredTensor Stored, long Outputs, long Inputs)> Candidates(DecoderConfig config)
    {
        var shapes = DecoderParameters.Of(config).ToDictionary(each => each.Name, each => each.Shape, StringComparer.Ordinal);
        return StoredTensor.Of(config)
            .Where(stored => stored.Name.EndsWith(".weight", StringComparison.Ordinal) && stored.Parameters.All(name => shapes[name].Length == 2 && name is not (DecoderParameters.Embedding or DecoderParameters.Positions)))
            .ToDictionary(stored => stored.Name[..^".weight".Length], stored => (stored, stored.Parameters.Sum(name => shapes[name][0]), shapes[stored.Parameters[0]][1]), StringComparer.Ordinal);
    }

    /// <summary>Whether the module is in a layer, not the output matrix.</summary>
    public static bool IsInLayer(StoredTensor stored) => stored.Parameters.All(name => name.StartsWith("model.layers.", StringComparison.Ordinal));
}
