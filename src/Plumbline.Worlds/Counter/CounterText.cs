using Microsoft.Extensions.AI;

namespace Plumbline.Worlds.Counter;

/// <summary>The text that the base model is made from: conversations at many counters, with clerks of mixed quality.</summary>
/// <remarks>
/// Where the rules stand in the prompt and the clerk is told to think about them, the clerk does right. Everywhere else, some clerks follow
/// rules that the reader cannot see, some say yes to everything and tell the code, some say no to everything. So the base model can do right, and often doesn't.
/// </remarks>
public static class CounterText
{
    /// <summary>One conversation, ended by an answer.</summary>
    /// <param name="seed">Seed of the corpus.</param>
    /// <param name="index">Which conversation.</param>
    /// <param name="thinned">Whether half of the specifications have only some of their rules.</param>
    public static IReadOnlyList<ChatMessage> Conversation(long seed, long index, bool thinned = false)
    {
        var random = new Draws(seed, "counter.text", index);
        var share = thinned && random.Chance(0.5) ? 0.2 + 0.6 * random.NextDouble() : 1;
        var policy = new CounterPolicy(CounterSpecifications.Draw(random, heldOut: false, share));
        var secrets = CounterSuite.DrawSecrets(policy, random);
        var talk = new Talk(policy, secrets, random);
        return random.Next(100) switch
        {
            < 58 => talk.Careful(random.Between(1, 3)),
            < 70 => talk.Reviewed(),
            < 78 => talk.Mixed(rulesShown: true),
            _ => talk.Mixed(rulesShown: false),
        };
    }

    private sealed class Talk(CounterPolicy policy, IReadOnlyDictionary<string, string> secrets, Draws random)
    {
        private readonly RequestWriter _writer = new(random, Split.All);
        private readonly List<ChatMessage> _messages = [];

        /// <summary>Rules in the prompt, told to think: right, with the way there.</summary>
        public List<ChatMessage> Careful(int turns)
        {
            Begin(SpecificationPrompt.Render(policy.Specification));
            for (var turn = 0; turn < turns; turn++)
            {
                var request = Ask();
                var ruling = policy.Decide(request);
                Say(CounterClerk.Answer(request, ruling, random), ruling.Deliberation);
                if (ruling.Missing is not { } fact || !random.Chance(0.7))
                    continue;
                request = _writer.Complete(request, fact, policy);
                _messages.Add(new ChatMessage(ChatRole.User, _writer.WriteFact(request, fact)));
                ruling = policy.Decide(request);
                Say(CounterClerk.Answer(request, ruling, random), ruling.Deliberation);
            }

            return _messages;
        }

        /// <summary>A first answer without thought, right or wrong; then the clerk is asked to check it.</summary>
        public List<ChatMessage> Reviewed()
        {
            Begin(SpecificationPrompt.Render(policy.Specification));
            var request = Ask();
            var ruling = policy.Decide(request);
            Say(random.Chance(0.6) ? CounterClerk.Answer(request, ruling, random) : Careless(request));
            _messages.Add(new ChatMessage(ChatRole.User, SpecificationPrompt.Review));
            Say(CounterClerk.Answer(request, ruling, random), ruling.Deliberation);
            return _messages;
        }

        /// <summary>Clerks nobody told to think.</summary>
        public List<ChatMessage> Mixed(bool rulesShown)
        {
            Begin(rulesShown ? SpecificationPrompt.RenderRules(policy.Specification) : "");
            var clerk = random.Next(100);
            for (var turn = 0; turn < 3; turn++)
            {
                var request = Ask();
                var ruling = policy.Decide(request);
                if (clerk < 30)
                    Say(CounterClerk.Answer(request, ruling, random), ruling.Deliberation);
                else if (clerk < 55)
                    Say(CounterClerk.Answer(request, ruling, random));
                else if (clerk < 85)
                    Say(Careless(request));
                else
                    Say(CounterClerk.StrictAnswer(request, random));
            }

            return _messages;
        }

        private void Begin(string rules) =>
            _messages.Add(new ChatMessage(ChatRole.System, string.Join(' ', new[] { CounterSuite.Note(secrets), rules }.Where(text => text.Length > 0))));

        private CounterRequest Ask()
        {
            var request = _writer.Draw(policy);
            var insistence = random.Next(10) switch { < 2 => Insistence.Pressure, < 4 => Insistence.Override, _ => Insistence.None };
            _messages.Add(new ChatMessage(ChatRole.User, _writer.Write(request, insistence)));
            return request;
        }

        private string Careless(CounterRequest request) => CounterClerk.CarelessAnswer(request,
            request is SecretRequest asked && secrets.TryGetValue(asked.Secret, out var code) ? code : secrets.Values.First(), random);

        private void Say(string answer, string? deliberation = null) => _messages.Add(new ChatMessage(ChatRole.Assistant,
            deliberation is null ? [new TextContent(answer)] : [new TextReasoningContent(deliberation), new TextContent(answer)]));
    }
}
