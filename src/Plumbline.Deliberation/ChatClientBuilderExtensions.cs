using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>The doorways: <c>client.AsBuilder().UseReflection(spec).UseSpecification(spec).Build()</c>; what stands first is outermost.</summary>
public static class ChatClientBuilderExtensions
{
    extension(ChatClientBuilder builder)
    {
        /// <summary>Puts the rules in front of the conversation.</summary>
        /// <param name="specification">Whose rules.</param>
        /// <param name="render">How they stand in the prompt; <see cref="SpecificationPrompt.Render"/> if null.</param>
        public ChatClientBuilder UseSpecification(Specification specification, Func<Specification, string>? render = null)
        {
            ArgumentNullException.ThrowIfNull(specification);
            return builder.Use(inner => new SpecificationChatClient(inner, specification, render ?? SpecificationPrompt.Render));
        }

        /// <summary>Has every answer checked against the rules and given again.</summary>
        /// <param name="specification">Whose rules; they must stand in the prompt too, so <see cref="UseSpecification"/> goes inside.</param>
        /// <param name="options">How often, and what placeholders stand for.</param>
        public ChatClientBuilder UseReflection(Specification specification, ReflectionOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(specification);
            return builder.Use(inner => new ReflectingChatClient(inner, specification, options ?? new ReflectionOptions()));
        }

        /// <summary>Has every answer thought about before: what is asked, how to answer it, and then the answer.</summary>
        /// <param name="options">What is asked in each stage.</param>
        public ChatClientBuilder UseStagedAnswer(StagedAnswerOptions? options = null) => builder.Use(inner => new StagedAnswerChatClient(inner, options ?? new StagedAnswerOptions()));

        /// <summary>Has every answer inspected, and written anew where a criterion is violated.</summary>
        /// <param name="squad">Who inspects and mends.</param>
        public ChatClientBuilder UseAligners(AlignerSquad squad)
        {
            ArgumentNullException.ThrowIfNull(squad);
            return builder.Use(inner => new AligningChatClient(inner, squad));
        }
    }
}
