using Plumbline.Deliberation;

namespace Plumbline.Server.Requests;

/// <summary>What a request means by the name of its model: strategies, and the model that they ask.</summary>
/// <param name="Model">The model, or null for whichever is served.</param>
/// <param name="Strategies">The strategies, or null for none.</param>
internal sealed record ServedModel(string? Model, StrategyPipeline? Strategies)
{
    /// <summary>Reads <c>NAME</c> or <c>align3+rules/NAME</c>. A name with a slash of its own is left whole unless what stands before it names strategies.</summary>
    /// <param name="asked">What the request says.</param>
    /// <param name="standard">The strategies of requests that name none, or null.</param>
    /// <param name="mayChoose">Whether requests may name strategies.</param>
    /// <exception cref="InputException">Strategies are named that are not known, or that may not be chosen.</exception>
    public static ServedModel Read(string? asked, StrategyPipeline? standard, bool mayChoose)
    {
        if (asked is null || asked.IndexOf('/', StringComparison.Ordinal) is not (> 0 and var slash) || !NamesStrategies(asked[..slash]))
            return new(asked, standard);
        if (!mayChoose)
            throw new InputException("model", "strategies may not be chosen here.", $"Ask for '{asked[(slash + 1)..]}' alone.");
        var model = asked[(slash + 1)..];
        return new(model.Length == 0 ? null : model, StrategyCatalogue.Parse(asked[..slash], "model"));
    }

    /// <summary>Whether at least one of the words is a strategy: then the others are misspelt, not the name of somebody who publishes models.</summary>
    private static bool NamesStrategies(string words) => words.Split('+').Any(word => StrategyCatalogue.All.Any(entry => entry.Name == word.Split(':')[0].Trim()));
}
