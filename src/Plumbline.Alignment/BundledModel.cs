namespace Plumbline.Alignment;

/// <summary>Finds the model that the project brings along.</summary>
public static class BundledModel
{
    /// <summary>Where it lies, relative to the root of a checkout or of an installation.</summary>
    public const string RelativePath = "models/counter-base";

    /// <summary>Its folder: looked for from the working directory upwards, then from the program's own folder upwards.</summary>
    /// <exception cref="InputException">It is nowhere.</exception>
    public static string Find()
    {
        foreach (var start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, RelativePath);
                if (File.Exists(Path.Combine(candidate, "config.json")))
                    return candidate;
            }
        }

        throw new InputException(RelativePath, "the bundled model is not in this folder or any above it.",
            "Run the command inside a checkout, name a model with --model DIR, or make the bundled one with 'plumbline pretrain --out models/counter-base'.");
    }
}
