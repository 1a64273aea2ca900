using Microsoft.Extensions.AI;

namespace Plumbline.Deliberation;

/// <summary>The doorways: <c>client.AsBuilder().UseReflection(spec).UseSpecification(spec).Build()</c>; what stands first is outermost.</summary>
public static class ChatClientBuilderExtensions
{
    extension(ChatClientBuilder builder)
    {
        /// <summary>Limits what a request may cost over all stages inside.</summary>
        /// <param name="budget">The limits.</param>
        /// <param name="time">The clock; the system's if null.</param>
        public ChatClientBuilder UseBudget(Budget budget, TimeProvider? time = null)
        {
            ArgumentNullException.ThrowIfNull(budget);
            budget.Validate();
            return builder.Use(inner => new BudgetChatClient(inner, budget, time));
        }

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

        /// <summary>Has every answer thought about before: what is asked, how to answer it, and then the answer (032, MoTE).</summary>
        /// <param name="options">What is asked in each stage.</param>
        public ChatClientBuilder UseStagedAnswer(StagedAnswerOptions? options = null) => builder.Use(inner => new StagedAnswerChatClient(inner, options ?? new StagedAnswerOptions()));

        /// <summary>Has the model think in three stages, rules of behaviour, of safety, and all of them, before it answers (035, Align3).</summary>
        /// <param name="specification">Whose rules; <see cref="UseSpecification"/> is not needed.</param>
        /// <param name="placeholders">What the placeholders of rules' checks stand for.</param>
        public ChatClientBuilder UseAlign3(Specification specification, IReadOnlyDictionary<string, string>? placeholders = null)
        {
            ArgumentNullException.ThrowIfNull(specification);
            return builder.Use(inner => new Align3ChatClient(inner, specification, placeholders ?? new Dictionary<string, string>()));
        }

        /// <summary>Holds answers to rules that outrank the user, in their order (044, SoFA).</summary>
        /// <param name="specification">Whose rules; <see cref="UseSpecification"/> is not needed.</param>
        /// <param name="options">Who judges, and how often an answer is written anew.</param>
        public ChatClientBuilder UsePriorityRules(Specification specification, PriorityRulesOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(specification);
            return builder.Use(inner => new PriorityRulesChatClient(inner, specification, options ?? new PriorityRulesOptions()));
        }

        /// <summary>Has every answer inspected, and written anew where a criterion is violated (047, Aligners).</summary>
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

        /// <summary>Has the model play everyone whom an answer concerns, and revise it by what would come of it (111, MATRIX).</summary>
        /// <param name="options">How large the scene may be, and who chooses between draft and revision.</param>
        public ChatClientBuilder UseRehearsal(RehearsalOptions? options = null) => builder.Use(inner => new RehearsalChatClient(inner, options ?? new RehearsalOptions()));

        /// <summary>Draws several answers and gives the best.</summary>
        /// <param name="scorer">What is good.</param>
        /// <param name="candidates">How many answers are drawn, 1 to 256.</param>
        public ChatClientBuilder UseBestOf(IAnswerScorer scorer, int candidates = 5)
        {
            ArgumentNullException.ThrowIfNull(scorer);
            if (candidates is < 1 or > 256)
                throw new ArgumentOutOfRangeException(nameof(candidates), candidates, "1 to 256 answers are drawn.");
            return builder.Use(inner => new BestOfChatClient(inner, scorer, candidates));
        }

        /// <summary>Answers for the wanted weights of attributes and for neighbouring ones, and gives the best by the wanted ones (074, RPS).</summary>
        /// <param name="options">What is wanted, and how it is scored.</param>
        public ChatClientBuilder UseRobustSelection(RobustSelectionOptions options)
        {
            ArgumentNullException.ThrowIfNull(options);
            Directions.Unit([.. options.Weights.Select(weight => weight.Value)]);
            return builder.Use(inner => new RobustSelectionChatClient(inner, options));
        }

        /// <summary>Checks calls of tools before they run; it stands directly inside function invocation (004, D-Artemis).</summary>
        /// <param name="options">Who checks, and what happens then.</param>
        public ChatClientBuilder UseToolGate(ToolGateOptions options)
        {
            ArgumentNullException.ThrowIfNull(options);
            return builder.Use(inner => new ToolGateChatClient(inner, options));
        }

        /// <summary>Evolves drafts of an answer, block by block (079, DARWIN).</summary>
        /// <param name="scorer">What is good, of unfinished answers too.</param>
        /// <param name="options">How many and how long.</param>
        public ChatClientBuilder UseEvolution(IAnswerScorer scorer, EvolutionOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(scorer);
            return builder.Use(inner => new EvolvingChatClient(inner, scorer, options ?? new EvolutionOptions()));
        }

        /// <summary>Searches a tree of answers by principles (086, MCTSr-Zero).</summary>
        /// <param name="principles">What is good, in words.</param>
        /// <param name="options">How far.</param>
        /// <param name="judge">Who scores; null: the model that answers.</param>
        public ChatClientBuilder UseTreeSearch(string principles, TreeSearchOptions? options = null, IChatClient? judge = null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(principles);
            return builder.Use(inner => new TreeSearchChatClient(inner, principles, options ?? new TreeSearchOptions(), judge));
        }

        /// <summary>Has several debaters answer, see each other's answers and answer again (077).</summary>
        /// <param name="options">Who debates and how long.</param>
        public ChatClientBuilder UseDebate(DebateOptions? options = null) => builder.Use(inner => new DebatingChatClient(inner, options ?? new DebateOptions()));

        /// <summary>Writes an instruction for each request from principles, and has it answered under that (049, VILMO).</summary>
        /// <param name="principles">What is to be kept, in words.</param>
        /// <param name="writer">Who writes instructions; null: the model that answers.</param>
        public ChatClientBuilder UseValueInstruction(string principles, IChatClient? writer = null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(principles);
            return builder.Use(inner => new ValueInstructionChatClient(inner, principles, writer));
        }
    }
}
