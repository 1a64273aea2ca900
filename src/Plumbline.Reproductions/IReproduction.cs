namespace Plumbline.Reproductions;

/// <summary>One paper's experiment at small scale. A class that implements this, with a constructor without parameters, is found by itself.</summary>
public interface IReproduction
{
    /// <summary>Number of the method, three digits.</summary>
    string Number { get; }

    /// <summary>Name of the method, as in the list of methods.</summary>
    string Name { get; }

    /// <summary>What the paper claims, one sentence.</summary>
    string Claim { get; }

    /// <summary>The method as a choice of model, data, feedback and algorithm (062).</summary>
    FourFields Fields { get; }

    /// <summary>Whether the experiment has a form that takes seconds; such a form runs with every build.</summary>
    bool HasFastForm => false;

    /// <summary>What of the paper is not shown yet, or null if what it is about is shown.</summary>
    string? Missing => null;

    /// <summary>What is smaller than in the paper, or made up, where all of the method is there; or null.</summary>
    string? Smaller => null;

    /// <summary>Why a claim came out as it did, where it does not hold or the setting matters; or null.</summary>
    string? Remark => null;

    /// <summary>Runs the experiment.</summary>
    /// <param name="context">Seeds, size, and who is told how far it is.</param>
    /// <param name="cancellationToken">Stops it between steps.</param>
    Task<ReproductionResult> RunAsync(ReproductionContext context, CancellationToken cancellationToken);
}
