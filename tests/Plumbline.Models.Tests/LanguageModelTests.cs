using Microsoft.Extensions.AI;
using TorchSharp;

namespace Plumbline.Models.Tests;

public sealed class LanguageModelTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_saved_model_reads_back_bit_for_bit(bool tied)
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Make(tied: tied);
        model.Save(folder.Path);
        using var loaded = LanguageModel.Load(folder.Path);
        Assert.Equal(model.Decoder.Config, loaded.Decoder.Config);
        Assert.Equal(TinyModel.Bytes(model), TinyModel.Bytes(loaded));
    }

    [Fact]
    public void Training_a_clone_leaves_the_model_as_it_is()
    {
        using var model = TinyModel.Make();
        using var clone = model.Clone();
        Assert.Equal(TinyModel.Bytes(model), TinyModel.Bytes(clone));
        Assert.All(clone.Decoder.parameters(), parameter => Assert.False(parameter.requires_grad));
        using (torch.no_grad())
            foreach (var parameter in clone.Decoder.parameters())
                parameter.PlusInPlace(1);
        Assert.NotEqual(TinyModel.Bytes(model), TinyModel.Bytes(clone));
    }

    [Fact]
    public void A_model_made_inside_a_dispose_scope_outlives_it()
    {
        LanguageModel model;
        using (torch.NewDisposeScope())
            model = TinyModel.Make();
        using (model)
            Assert.NotEmpty(TinyModel.Bytes(model));
    }

    [Fact]
    public void A_conversation_is_written_with_markers_and_nothing_between()
    {
        using var model = TinyModel.Make();
        var answer = new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("rule"), new TextContent("yes")]);
        var example = model.Template.Example([new(ChatRole.System, "be kind"), new(ChatRole.User, "why?"), answer, new(ChatRole.User, "again")], answer);
        Assert.Equal("<|system|>be kind<|end|><|user|>why?<|end|><|assistant|>yes<|end|><|user|>again<|end|><|assistant|><think>rule</think>yes<|end|>",
            model.Tokenizer.Decode(example.Ids));
        Assert.Equal("<think>rule</think>yes<|end|>", model.Tokenizer.Decode(example.Ids.Zip(example.Mask).Where(each => each.Second).Select(each => each.First)));
        var parsed = model.Template.Parse(example.Ids[example.PromptLength..]);
        Assert.Equal(("rule", "yes"), (parsed.Contents.OfType<TextReasoningContent>().Single().Text, parsed.Text));
    }
}
