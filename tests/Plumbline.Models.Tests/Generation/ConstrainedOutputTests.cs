using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Plumbline.Models.Generation;

namespace Plumbline.Models.Tests.Generation;

/// <summary>Whatever a model would like to say, what it writes under a schema is valid; JsonSchema.Net is the judge.</summary>
public sealed class ConstrainedOutputTests
{
    private const int Schemas = 300;

    private static readonly EvaluationOptions Strict = new() { RequireFormatValidation = true };
    private static readonly Tokenizer Words = TinyModel.Tokenizer;

    /// <summary>Ends of strings, arrays and objects are made likelier, or a random writer would hardly ever come to an end.</summary>
    private static readonly Dictionary<int, double> Closing = "\"]},".SelectMany(letter => Words.Encode(letter.ToString())).ToDictionary(id => id, _ => 3.0);

    [Fact]
    public void What_a_random_model_writes_under_a_random_schema_is_valid()
    {
        var (finished, cut) = (0, 0);
        for (var seed = 0; seed < Schemas; seed++)
        {
            var text = RandomSchema.Make(seed).Schema.ToJsonString();
            var constraint = OutputConstraint.JsonSchema(text);
            var judge = JsonSchema.FromText(text);
            for (var stream = 0; stream < 3; stream++)
            {
                var completion = Write(constraint, (ulong)(seed * 10 + stream), 300);
                if (completion.Stop == StopReason.Length)
                {
                    cut++;
                    continue;
                }
                finished++;
                var written = Words.Decode(completion.Tokens.SkipLast(1));
                Assert.True(judge.Evaluate(JsonDocument.Parse(written).RootElement, Strict).IsValid, $"schema {seed}: {text}\n{written}");
                Assert.True(constraint.Accepts(written));
            }
        }
        Assert.True(finished > 2 * cut, $"{finished} finished, {cut} cut: too few to judge");
    }

    [Fact]
    public void Every_valid_instance_is_accepted_however_it_is_laid_out()
    {
        JsonSerializerOptions[] layouts = [new(), new() { WriteIndented = true }, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }];
        for (var seed = 0; seed < Schemas; seed++)
        {
            var random = RandomSchema.Make(seed);
            var constraint = OutputConstraint.JsonSchema(random.Schema.ToJsonString());
            var judge = JsonSchema.FromText(random.Schema.ToJsonString());
            for (var draw = 0; draw < 5; draw++)
            {
                var instance = random.Draw();
                foreach (var text in layouts.Select(layout => instance?.ToJsonString(layout) ?? "null"))
                {
                    Assert.True(judge.Evaluate(JsonDocument.Parse(text).RootElement, Strict).IsValid, $"the test drew an invalid instance for schema {seed}: {text}");
                    Assert.True(constraint.Accepts(text), $"schema {seed}: {random.Schema.ToJsonString()}\n{text}");
                    Assert.False(constraint.Accepts(text + "x"));
                    Assert.False(constraint.Accepts(text[..^1]) && text[^1] is '"' or ']' or '}');
                }
            }
        }
    }

    private static Completion Write(OutputConstraint constraint, ulong seed, int tokens)
    {
        var options = new GenerationOptions { Temperature = 1, Constraint = constraint, LogitBias = Closing };
        var row = new GenerationRow(Words.Encode("why?"), tokens, options, RandomStream.Of(seed, 0), Words, [Words.Special.End]);
        var logits = new float[Words.VocabularySize];
        for (var step = 0; !row.Done; step++)
        {
            for (var id = 0; id < logits.Length; id++)
                logits[id] = (float)(3 * RandomStream.Uniform(RandomStream.Of(seed, (ulong)step + 1), id));
            logits[Words.Special.Think!.Value] = float.NegativeInfinity;
            row.Write(logits);
        }
        return row.Completion;
    }
}
