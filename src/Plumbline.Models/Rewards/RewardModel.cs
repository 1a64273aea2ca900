using Microsoft.Extensions.AI;
using Plumbline.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Plumbline.Models;

/// <summary>A decoder that ends in one number for a text: how good the answer in it is (kernel K7).</summary>
/// <remarks>
/// The number is a linear function of the state at the last token, without a bias: <c>LlamaForSequenceClassification</c> of Hugging Face with one label, and its
/// relatives in the other architectures.
/// </remarks>
public sealed class RewardModel : IDisposable
{
    private const int TextsAtOnce = 16;
    private readonly LanguageModel _model;

    private RewardModel(LanguageModel model) => _model = model;

    /// <summary>Its weights; <c>score.weight</c> is among them.</summary>
    public Decoder Decoder => _model.Decoder;

    /// <summary>Its tokens.</summary>
    public Tokenizer Tokenizer => _model.Tokenizer;

    /// <summary>How conversations are written for it.</summary>
    public ChatTemplate Template => _model.Template;

    /// <summary>Makes a reward model of a language model: the same weights, and a head that finds every text worth 0 until it is trained.</summary>
    /// <param name="model">Copied; stays as it is.</param>
    /// <param name="trainable">Whether the copy takes gradients.</param>
    public static RewardModel Create(LanguageModel model, bool trainable = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var off = no_grad();
        var decoder = new Decoder(model.Decoder.Config with { Scores = true });
        var own = model.Decoder.named_parameters().ToDictionary(each => each.name, each => each.parameter);
        foreach (var (name, parameter) in decoder.named_parameters())
        {
            if (own.TryGetValue(name, out var weight))
                parameter.copy_(weight);
            parameter.requires_grad_(trainable);
        }
        decoder.to(model.Decoder.Device);
        return new RewardModel(model.With(decoder));
    }

    /// <summary>Copies the weights, to be trained apart: the critic of a policy may start as the reward model that judges it (114).</summary>
    public RewardModel Clone() => new(_model.Clone(trainable: true));

    /// <summary>Reads a folder in the layout of Hugging Face: config.json, weights with <c>score.weight</c>, tokenizer.json.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file is missing, malformed, not of a reward model with one label, or does not fit the others.</exception>
    public static RewardModel Load(string folder) => new(LanguageModel.Load(folder, scores: true));

    /// <summary>Writes the folder.</summary>
    /// <param name="folder">The folder; made if it is not there. Each file is replaced in one step.</param>
    public void Save(string folder) => _model.Save(folder);

    /// <summary>What texts are worth.</summary>
    /// <param name="texts">Tokens of each, prompt and answer with its end marker; at least one token.</param>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns>In the order of the texts; a text's worth does not depend on the others beyond rounding.</returns>
    /// <exception cref="InputException">A text is empty or too long.</exception>
    public IReadOnlyList<double> Score(IReadOnlyList<int[]> texts, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var worth = new double[texts.Count];
        using var mode = inference_mode();
        foreach (var batch in texts.Index().OrderBy(each => each.Item.Length).Chunk(TextsAtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var (index, text) in batch)
            {
                if (text.Length == 0 || text.Length > Decoder.Config.MaximumPositions)
                    throw new InputException($"text {index}", $"it has {text.Length} tokens.", $"The reward model reads 1 to {Decoder.Config.MaximumPositions}.");
            }
            using var scope = NewDisposeScope();
            var numbers = Of([.. batch.Select(each => each.Item)]).cpu().data<float>().ToArray();
            foreach (var ((index, _), number) in batch.Zip(numbers))
                worth[index] = number;
        }
        return worth;
    }

    /// <summary>What an answer to a conversation is worth.</summary>
    /// <exception cref="InputException">A message cannot be written as tokens, or together they are too long.</exception>
    public double Score(IEnumerable<ChatMessage> prompt, ChatMessage answer) => Score([Template.Example(prompt, answer).Ids])[0];

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    /// <summary>What texts are worth whose last states are known, with their gradient.</summary>
    /// <param name="last">[texts, width]</param>
    /// <returns>[texts]</returns>
    public Tensor Score(Tensor last) => Decoder.Score(last);

    private Tensor Of(int[][] texts)
    {
        var longest = texts.Max(text => text.Length);
        // What is filled up on the right stands behind all that counts: nothing that counts looks at it.
        var ids = tensor(texts.SelectMany(text => text.Concat(Enumerable.Repeat(0, longest - text.Length))).Select(id => (long)id).ToArray(), [texts.Length, longest], device: Decoder.Device);
        var hidden = Decoder.Hidden(ids, TensorArithmetic.CountUpTo(longest, Decoder.Device).unsqueeze(0).expand(ids.shape)); // [texts, longest, width]
        var ends = tensor(texts.Select((text, row) => (long)row * longest + text.Length - 1).ToArray(), device: Decoder.Device);
        return Decoder.Score(hidden.flatten(0, 1).index_select(0, ends));
    }
}
