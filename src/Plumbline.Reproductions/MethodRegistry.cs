using System.Text.Json;

namespace Plumbline.Reproductions;

/// <summary>The 119 methods, each with its experiment if it has one.</summary>
public static class MethodRegistry
{
    private static readonly Lazy<IReadOnlyList<Method>> Methods = new(Read);

    /// <summary>All of them, by number.</summary>
    public static IReadOnlyList<Method> All => Methods.Value;

    /// <summary>Finds a method by name or number: <c>rice</c>, <c>016</c>, <c>16</c>.</summary>
    /// <exception cref="InputException">There is none; names the nearest.</exception>
    public static Method Find(string nameOrNumber)
    {
        ArgumentNullException.ThrowIfNull(nameOrNumber);
        var number = nameOrNumber.PadLeft(3, '0');
        return All.FirstOrDefault(method => method.Number == number || string.Equals(method.Name, nameOrNumber, StringComparison.OrdinalIgnoreCase))
            ?? throw new InputException(nameOrNumber, "there is no method of that name or number.",
                $"{(Spelling.Nearest(nameOrNumber, All.Select(method => method.Name)) is { } near ? $"Did you mean '{near}'? " : "")}'plumbline methods' lists all {All.Count}.");
    }

    /// <summary>Finds a method's experiment.</summary>
    /// <exception cref="InputException">There is no such method, or no experiment for it yet.</exception>
    public static IReproduction FindReproduction(string nameOrNumber)
    {
        var method = Find(nameOrNumber);
        return method.Reproduction ?? throw new InputException(nameOrNumber, $"{method.Number} {method.Name} has no experiment yet.",
            $"Those that have one: {string.Join(", ", All.Where(other => other.Reproduction is not null).Select(other => other.Name))}.");
    }

    private static IReadOnlyList<Method> Read()
    {
        using var stream = typeof(MethodRegistry).Assembly.GetManifestResourceStream("methods.json")!;
        var reproductions = Reproductions().ToDictionary(reproduction => reproduction.Number);
        var methods = JsonSerializer.Deserialize<Method[]>(stream, JsonSerializerOptions.Web)!;
        return [.. methods.Select(method => method with { Reproduction = reproductions.GetValueOrDefault(method.Number) })];
    }

    private static IEnumerable<IReproduction> Reproductions() => typeof(MethodRegistry).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IReproduction)) && type.GetConstructor(Type.EmptyTypes) is not null)
        .Select(type => (IReproduction)Activator.CreateInstance(type)!);
}
