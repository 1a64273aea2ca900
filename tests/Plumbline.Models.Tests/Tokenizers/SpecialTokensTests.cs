namespace Plumbline.Models.Tests.Tokenizers;

public sealed class SpecialTokensTests
{
    [Fact]
    public void The_parts_of_tokens_come_from_the_files_beside()
    {
        using var folder = Folder();
        File.WriteAllText(folder["tokenizer_config.json"], """{"bos_token":"<|begin_of_text|>","eos_token":{"content":"<|eot_id|>","lstrip":false},"chat_template":[{"name":"tool_use","template":"T"},{"name":"default","template":"D"}]}""");
        File.WriteAllText(folder["special_tokens_map.json"], """{"pad_token":"<|end_of_text|>","eos_token":"<|end_of_text|>"}""");
        var tokenizer = Tokenizer.Load(folder.Path);
        int Id(string name) => tokenizer.Pipeline.IdOf(name)!.Value;
        File.WriteAllText(folder["generation_config.json"], $$"""{"eos_token_id":[{{Id("<|end_of_text|>")}},{{Id("<|eot_id|>")}}]}""");
        File.WriteAllText(folder["config.json"], """{"eos_token_id":3,"bos_token_id":4}""");
        tokenizer = Tokenizer.Load(folder.Path);
        Assert.Equal(Id("<|begin_of_text|>"), tokenizer.Special.Begin);
        Assert.Equal(Id("<|eot_id|>"), tokenizer.Special.End);
        Assert.Equal([Id("<|eot_id|>"), Id("<|end_of_text|>"), 3], tokenizer.Special.Ends);
        Assert.Equal(Id("<|end_of_text|>"), tokenizer.Special.Pad);
        Assert.Null(tokenizer.Special.Unknown);
        Assert.Equal("D", tokenizer.ChatTemplate);
        Assert.Equal("T", tokenizer.ChatTemplates["tool_use"]);
    }

    [Fact]
    public void A_template_in_a_file_of_its_own_comes_first()
    {
        using var folder = Folder();
        File.WriteAllText(folder["tokenizer_config.json"], """{"eos_token":"<|eot_id|>","chat_template":"old"}""");
        File.WriteAllText(folder["chat_template.jinja"], "new");
        Directory.CreateDirectory(folder["additional_chat_templates"]);
        File.WriteAllText(folder["additional_chat_templates/rag.jinja"], "R");
        var tokenizer = Tokenizer.Load(folder.Path);
        Assert.Equal("new", tokenizer.ChatTemplate);
        Assert.Equal("R", tokenizer.ChatTemplates["rag"]);
        using var copy = new TemporaryFolder();
        tokenizer.Save(copy.Path);
        Assert.Equal("R", Tokenizer.Load(copy.Path).ChatTemplates["rag"]);
    }

    [Fact]
    public void A_token_that_is_none_and_a_missing_file_are_refused()
    {
        using var folder = Folder();
        File.WriteAllText(folder["generation_config.json"], """{"eos_token_id":999999}""");
        Assert.Contains("999999 is no token", Assert.Throws<InputException>(() => Tokenizer.Load(folder.Path)).Message, StringComparison.Ordinal);
        using var other = new TemporaryFolder();
        File.WriteAllText(other["tokenizer.model"], "");
        Assert.Contains("save_pretrained", Assert.Throws<InputException>(() => Tokenizer.Load(other.Path)).Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], TokenizerFamilies.Make("llama3").ToJsonString());
        return folder;
    }
}
