using Microsoft.Extensions.AI;
using Plumbline.Models.Generation;

namespace Plumbline.Models;

/// <summary>Reads what a model wrote as a message.</summary>
public static class CompletionMessage
{
    extension(LanguageModel model)
    {
        /// <summary>What a model wrote, as a message: reasoning and text, without the end marker, the stop string and what stands after it.</summary>
        /// <param name="completion">What it wrote.</param>
        /// <param name="inputs">Tools and variables that the prompt was made with.</param>
        public ChatMessage Read(Completion completion, TemplateInputs? inputs = null)
        {
            ArgumentNullException.ThrowIfNull(model);
            ArgumentNullException.ThrowIfNull(completion);
            var message = model.Template.Parse(completion.Stop == StopReason.End ? completion.Tokens.SkipLast(1) : completion.Tokens, inputs);
            if (completion.Stop == StopReason.StopString)
            {
                foreach (var content in message.Contents.OfType<TextContent>())
                    content.Text = StopStrings.Cut(content.Text, completion.StopStrings);
            }
            return message;
        }
    }
}
