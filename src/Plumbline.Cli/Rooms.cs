using Microsoft.Extensions.AI;
using Plumbline.Alignment;
using Plumbline.Models;
using Plumbline.Reproductions;

namespace Plumbline.Cli;

/// <summary>The work that commands hand on. A command reads options and shows outcomes; what happens between lives in the rooms.</summary>
internal sealed record Rooms
{
    /// <summary>The rooms of this program.</summary>
    public static Rooms OfThisHouse { get; } = new()
    {
        Align = (options, progress, cancel) => new AlignmentJob(options).RunAsync(progress, cancel),
        Audit = (options, progress, cancel) => new AuditJob(options).RunAsync(progress, cancel),
        Pretrain = (options, progress, cancel) => new PretrainJob(options).RunAsync(progress, cancel),
        Converse = async (model, adapter, specification, deliberate, cancel) => new Conversation(await ChatSession.OpenAsync(model, specification, deliberate, adapter, cancel).ConfigureAwait(false)),
        Train = (job, progress, cancel) => job.RunAsync(progress, cancel),
        Compare = (job, progress, cancel) => job.RunAsync(progress, cancel),
        OpenModel = folder => new OwningClient(LanguageModel.Load(folder)),
        ReadSpecification = Specification.Load,
        Methods = MethodRegistry.All,
    };

    /// <summary>Aligns a model to a specification.</summary>
    public required Func<AlignmentOptions, IProgress<JobProgress>, CancellationToken, Task<AlignmentOutcome>> Align { get; init; }

    /// <summary>Audits a model against a specification.</summary>
    public required Func<AuditOptions, IProgress<JobProgress>, CancellationToken, Task<AuditOutcome>> Audit { get; init; }

    /// <summary>Makes the bundled base model.</summary>
    public required Func<PretrainOptions, IProgress<JobProgress>, CancellationToken, Task> Pretrain { get; init; }

    /// <summary>Trains a model on data of one's own.</summary>
    public required Func<FineTuningJob, IProgress<JobProgress>, CancellationToken, Task<FineTuningOutcome>> Train { get; init; }

    /// <summary>Trains methods on the same data and measures them.</summary>
    public required Func<ComparisonJob, IProgress<JobProgress>, CancellationToken, Task<ComparisonOutcome>> Compare { get; init; }

    /// <summary>Opens a conversation: folder of the model, of its adapter or null, specification, whether to deliberate.</summary>
    public required Func<string, string?, string?, bool, CancellationToken, Task<IConversation>> Converse { get; init; }

    /// <summary>Opens the model in a folder.</summary>
    public required Func<string, IChatClient> OpenModel { get; init; }

    /// <summary>Reads a specification file.</summary>
    public required Func<string, Specification> ReadSpecification { get; init; }

    /// <summary>The methods, with their experiments.</summary>
    public required IReadOnlyList<Method> Methods { get; init; }

    /// <summary>A client that closes its model with itself.</summary>
    private sealed class OwningClient(LanguageModel model) : DelegatingChatClient(new LocalChatClient(model))
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
                model.Dispose();
        }
    }

    private sealed class Conversation(ChatSession session) : IConversation
    {
        public string Greeting => session.Greeting;

        public IAsyncEnumerable<ChatResponseUpdate> SayAsync(string text, CancellationToken cancellationToken) => session.SayAsync(text, cancellationToken);

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}

/// <summary>A conversation with a model.</summary>
internal interface IConversation : IAsyncDisposable
{
    /// <summary>What a person is told when it begins.</summary>
    string Greeting { get; }

    /// <summary>Says something and gives the answer piece by piece, its reasoning before it.</summary>
    IAsyncEnumerable<ChatResponseUpdate> SayAsync(string text, CancellationToken cancellationToken);
}
