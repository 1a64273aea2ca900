namespace Plumbline.Alignment;

/// <summary>The recipes that come with the program.</summary>
public static class ShippedRecipes
{
    private const string Prefix = "recipes/";
    private static readonly Lazy<IReadOnlyList<RecipeFile>> Read = new(() =>
        [.. typeof(ShippedRecipes).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Open)]);

    /// <summary>All, by name.</summary>
    public static IReadOnlyList<RecipeFile> All => Read.Value;

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static RecipeFile Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(recipe => recipe.Name == name.ToLowerInvariant().Replace('_', '-')) ?? throw new InputException($"recipe '{name}'", "there is no such file, and no recipe of this name is shipped.",
            $"Name a *.yaml file, or one that 'plumbline train --list' shows.{(Spelling.Nearest(name, All.Select(recipe => recipe.Name)) is { } near ? $" Did you mean '{near}'?" : "")}");
    }

    /// <summary>The recipe in a file, or the shipped one of that name.</summary>
    /// <exception cref="InputException">There is neither, or the file is no recipe.</exception>
    public static RecipeFile Open(string nameOrPath, bool orShipped)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        return !orShipped || File.Exists(nameOrPath) || nameOrPath.AsSpan().IndexOfAny('/', '\\') >= 0 || Path.GetExtension(nameOrPath) is ".yaml" or ".yml" ? RecipeFile.Load(nameOrPath) : Find(nameOrPath);
    }

    private static RecipeFile Open(string resource)
    {
        using var reader = new StreamReader(typeof(ShippedRecipes).Assembly.GetManifestResourceStream(resource)!);
        return RecipeFile.Parse(reader.ReadToEnd().ReplaceLineEndings("\n"), resource, Directory.GetCurrentDirectory());
    }
}
