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

        /// <summary>Has every answer inspected, and written anew where a criterion is violated.</summary>
        /// <param name="squad">Who inspects and mends.</param>
        public ChatClientBuilder UseAligners(AlignerSquad squad)
        {
            ArgumentNullException.ThrowIfNull(squad);
            return builder.Use(inner => new AligningChatClient(inner, squad));
        }

        /// <summary>Has passages that may be poisoned weighed against each other and against what the model remembers.</summary>
        /// <param name="find">Finds passages for a question.</param>
        /// <param name="options">How often to ask, and how to weigh.</param>
        public ChatClientBuilder UseEvidenceWeighing(Func<string, CancellationToken, ValueTask<IReadOnlyList<FoundPassage>>> find, EvidenceWeighingOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(find);
            return builder.Use(inner => new EvidenceWeighingChatClient(inner, find, options ?? new EvidenceWeighingOptions()));
        }
    }
}
