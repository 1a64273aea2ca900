using Plumbline.Models;

namespace Plumbline.Training;

/// <summary>Feedback in words as examples in tokens; only the answers are trained, their reasoning included.</summary>
public static class ChatExamples
{
    extension(ChatTemplate template)
    {
        /// <summary>A demonstration as an example.</summary>
        /// <exception cref="InputException">A message cannot be written as tokens.</exception>
        public TokenExample Example(Demonstration demonstration)
        {
            ArgumentNullException.ThrowIfNull(demonstration);
            return Completion(template.Example(demonstration.Prompt, demonstration.Answer));
        }

        /// <summary>A preference as a pair of examples.</summary>
        /// <exception cref="InputException">A message cannot be written as tokens.</exception>
        public PairExample Pair(Preference preference)
        {
            ArgumentNullException.ThrowIfNull(preference);
            return new PairExample(Completion(template.Example(preference.Prompt, preference.Chosen)), Completion(template.Example(preference.Prompt, preference.Rejected)));
        }
    }

    private static TokenExample Completion(ChatExample example) => TokenExample.Completion(example.Ids[..example.PromptLength], example.Ids[example.PromptLength..]);
}
