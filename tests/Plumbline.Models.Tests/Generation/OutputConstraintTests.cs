using System.Text;
using Plumbline.Models.Generation;
using Plumbline.Models.Generation.Constraints;
using Plumbline.Models.Tokenizers;

namespace Plumbline.Models.Tests.Generation;

public sealed class OutputConstraintTests
{
    [Theory]
    [InlineData("""{"type":"integer","minimum":-12,"maximum":105}""", "-12 -1 0 7 99 100 105", "-13 106 -0 00 1.0 1e1 1000 -")]
    [InlineData("""{"type":"number","minimum":0,"exclusiveMaximum":1}""", "0 0.5 0.999 0.0", "1 1.0 -0.1 0. .5 00.5")]
    [InlineData("""{"type":"number","exclusiveMinimum":-2.5,"maximum":-0.25}""", "-2.49 -1 -0.25 -0.250", "-2.5 -0.24 0 -0.2 2")]
    [InlineData("""{"type":"integer","exclusiveMinimum":0}""", "1 10 999999999999999", "0 -1 1000000000000000")]
    [InlineData("""{"type":["integer","null"]}""", "1 null", "1.5 true \"1\"")]
    [InlineData("""{"enum":["a","é",1,[1,{"b":2}]]}""", "\"a\" \"é\" \"\\u00e9\" \"\\u00E9\" 1 [1,{\"b\":2}]", "\"b\" 2 [1] [1,{\"b\":3}] \"\\u00e8\"")]
    [InlineData("""{"type":"string","minLength":1,"maxLength":2}""", "\"a\" \"😀😀\" \"\\ud83d\\ude00\" \"\\n\"", "\"\" \"abc\" \"\\ud83d\" \"\\ude00\" \"\\ud83dx\" \"\\x\"")]
    [InlineData("""{"type":"string","format":"date"}""", "\"2024-02-29\" \"2023-12-31\" \"2000-02-29\"", "\"2023-02-29\" \"1900-02-29\" \"2023-04-31\" \"2023-13-01\"")]
    [InlineData("""{"type":"array","prefixItems":[{"const":1}],"items":{"const":2},"minItems":1,"maxItems":3}""", "[1] [1,2] [1,2,2]", "[] [2] [1,1] [1,2,2,2] [1,]")]
    [InlineData("""{"properties":{"a":{"const":1},"b":{"const":2}},"required":["b"],"type":"object","additionalProperties":{"const":3}}""",
        """{"b":2} {"a":1,"b":2} {"b":2,"c":3,"d":3} {"\u0061":1,"b":2}""", """{"a":1} {"b":2,"a":1} {"b":2,"c":2} {"b":2,"c":3,"c":3} {"b":2,"b":2} {}""")]
    [InlineData("""{"type":"object"}""", """{} {"a":[1,{"b":null}]}""", """[] {"a":1,"a":2} {"a"} {,} {"a":1,}""")]
    public void A_schema_takes_what_is_valid_and_nothing_else(string schema, string valid, string invalid)
    {
        var constraint = OutputConstraint.JsonSchema(schema);
        Assert.All(valid.Split(' '), text => Assert.True(constraint.Accepts(text), text));
        Assert.All(invalid.Split(' '), text => Assert.False(constraint.Accepts(text), text));
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"not":{}}}}}""", "#/properties/a/items/not")]
    [InlineData("""{"type":"array","uniqueItems":true}""", "#/uniqueItems")]
    [InlineData("""{"type":"number","multipleOf":3}""", "#/multipleOf")]
    [InlineData("""{"type":"string","pattern":"(?=a)b"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"\\bword"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"^(a{1000}){1000}$"}""", "#/pattern")]
    [InlineData("""{"type":"string","format":"phone"}""", "#/format")]
    [InlineData("""{"properties":{"a/b":{"patternProperties":{}}}}""", "#/properties/a~1b/patternProperties")]
    [InlineData("""{"$ref":"#/$defs/missing"}""", "#/$ref")]
    [InlineData("""{"$ref":"http://example.org/schema"}""", "#/$ref")]
    [InlineData("""{"$ref":"#"}""", "#")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"type":"null"}]}""", "#")]
    [InlineData("""{"type":"string","minLength":5,"maxLength":3}""", "#")]
    [InlineData("""{"type":"integer","minimum":5,"maximum":3}""", "#")]
    [InlineData("""{"allOf":[{"type":"string"},{"type":"null"}]}""", "#")]
    [InlineData("""{"type":"object","properties":{"next":{"$ref":"#"}},"required":["next"]}""", "#")] // no end
    [InlineData("""{"type":"object","required":["a"],"additionalProperties":false}""", "#")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "#/oneOf")]
    [InlineData("""{"oneOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"object"}]}""", "#/oneOf")]
    [InlineData("""{"type":"text"}""", "#/type")]
    [InlineData("""{"properties":[]}""", "#/properties")]
    [InlineData("""{"minItems":-1}""", "#/minItems")]
    [InlineData("""false""", "#")]
    [InlineData("""7""", "#")]
    public void What_cannot_be_promised_is_refused_with_its_pointer(string schema, string place) =>
        Assert.Equal($"JSON schema {place}", Assert.Throws<InputException>(() => OutputConstraint.JsonSchema(schema)).Place);

    [Theory] // the same answers by System.Text.RegularExpressions
    [InlineData("a|b*c")]
    [InlineData("(ab?|[x-z]{2,3})+")]
    [InlineData("[^a-y]?a{0,2}(?:b|)c*")]
    [InlineData("(?<name>a|ab)(c|bcd)(d*)")]
    [InlineData("\\d+(\\.\\d{1,2})?|\\w\\W\\s?")]
    [InlineData(".a.")]
    public void A_regular_expression_takes_what_the_engine_of_dotnet_takes(string expression)
    {
        var constraint = OutputConstraint.RegularExpression(expression);
        var judge = new System.Text.RegularExpressions.Regex($@"\A(?:{expression})\z");
        var random = new Random(4);
        for (var draw = 0; draw < 5000; draw++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "aabbcdxyz01. _"[random.Next(14)]));
            Assert.True(judge.IsMatch(text) == constraint.Accepts(text), text);
        }
    }

    [Fact]
    public void A_choice_is_one_of_its_texts()
    {
        var constraint = OutputConstraint.Choice("yes", "no", "not sure");
        Assert.All(["yes", "no", "not sure"], text => Assert.True(constraint.Accepts(text)));
        Assert.All(["", "y", "not", "yes "], text => Assert.False(constraint.Accepts(text)));
        Assert.Throws<InputException>(() => OutputConstraint.Choice());
    }

    [Fact]
    public void Deep_values_end_before_readers_of_json_give_up()
    {
        var constraint = OutputConstraint.JsonSchema("""{"type":"array"}""");
        Assert.True(constraint.Accepts(new string('[', 60) + new string(']', 60)));
        Assert.False(constraint.Accepts(new string('[', 61) + new string(']', 61)));
    }

    [Fact] // against trying every token alone, byte by byte
    public void A_mask_is_what_trying_each_token_finds()
    {
        string[] schemas = ["""{"type":"object"}""", """{"type":"string","maxLength":3}""", """{"type":"string","minLength":1,"maxLength":60}""", """{"type":"string","pattern":"^[a-t ]*é?$"}""", """{"type":"array","items":{"type":"number"}}"""];
        string[] beginnings = ["", "{\"", "{\"a\":\"x", "\"", "\"ab", "\"abcd", $"\"{new string('a', 50)}", $"\"{new string('a', 59)}", "[", "[1", "[1,", "\"\\", "\"\\ud83d", "\"\xc3"];
        foreach (var schema in schemas)
        {
            var constraint = OutputConstraint.JsonSchema(schema);
            foreach (var beginning in beginnings)
            {
                var written = beginning.EndsWith('\xc3') ? [(byte)'"', 0xC3] : Encoding.UTF8.GetBytes(beginning);
                if (After(constraint, written) is not { } positions)
                    continue;
                var masks = constraint.MasksFor(TinyModel.Tokenizer);
                var tokens = positions.Positions.SelectMany(position => Enumerable.Range(0, masks.At(position).Size).Where(masks.At(position).Contains)).ToHashSet();
                for (var token = 0; token < TinyModel.Tokenizer.VocabularySize; token++)
                {
                    var text = !TinyModel.Tokenizer.Pipeline.Added.Any(added => added.Id == token);
                    Assert.Equal(text && After(constraint, [.. written, .. TinyModel.Tokenizer.BytesOf(token)]) is not null, tokens.Contains(token));
                }
                Assert.True(tokens.Count > 0 || positions.Complete);
            }
        }
    }

    [Fact]
    public void A_vocabulary_without_some_bytes_is_refused() =>
        Assert.Contains("0x20", Assert.Throws<InputException>(() => TokenSpellings.RefuseGaps([])).Message, StringComparison.Ordinal);

    private static PositionSet? After(OutputConstraint constraint, byte[] bytes)
    {
        var positions = constraint.Begin();
        foreach (var value in bytes)
        {
            var next = new PositionSet();
            if (!positions.Step(value, next))
                return null;
            positions = next;
        }
        return positions;
    }
}
