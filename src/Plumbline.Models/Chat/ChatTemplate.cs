namespace Plumbline.Models;

/// <summary>How a conversation is written as tokens.</summary>
public static class ChatTemplate
{
    /// <summary>The same format for other programs that read the model folder.</summary>
    public const string Jinja =
        "{% for message in messages %}{% set content = message['content'] %}"
        + "{% if message['role'] == 'assistant' and '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}"
        + "{{ '<|' + message['role'] + '|>' + content + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";
}
