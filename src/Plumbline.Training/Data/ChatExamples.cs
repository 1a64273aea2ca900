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
            return TokenExample.Completion(template.Prompt(demonstration.Prompt), template.Answer(demonstration.Answer));
        }

        /// <summary>A preference as a pair of examples.</summary>
        /// <exception cref="InputException">A message cannot be written as tokens.</exception>
        public PairExample Pair(Preference preference)
        {
            ArgumentNullException.ThrowIfNull(preference);
            var prompt = template.Prompt(preference.Prompt);
            return new PairExample(TokenExample.Completion(prompt, template.Answer(preference.Chosen)), TokenExample.Completion(prompt, template.Answer(preference.Rejected)));
        }
    }
}
