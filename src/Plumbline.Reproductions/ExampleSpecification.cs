using Plumbline.Alignment;

namespace Plumbline.Reproductions;

/// <summary>The example that comes with the project.</summary>
internal static class ExampleSpecification
{
    /// <summary>Its text.</summary>
    public static SpecificationText Text() => SpecificationText.Load(FilePath);

    /// <summary>Reads it.</summary>
    public static Specification Load() => Specification.Load(FilePath);

    private static string FilePath => Path.GetFullPath(Path.Combine(BundledModel.Find(), "..", "..", "examples", "counter", "counter.spec.yaml"));
}
