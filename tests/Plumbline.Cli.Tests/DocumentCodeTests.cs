using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Plumbline.Cli.Tests;

/// <summary>What the documents show in C# compiles, and what they show as a specification is one.</summary>
public sealed partial class DocumentCodeTests
{
    /// <summary>What a reader of a snippet has at hand, as the text around it says.</summary>
    private const string AtHand = """
        using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Threading.Tasks;
        using Microsoft.Extensions.AI; using Plumbline; using Plumbline.Alignment; using Plumbline.Auditing; using Plumbline.Auditing.Reports;
        using Plumbline.Deliberation; using Plumbline.Models; using Plumbline.Statistics; using Plumbline.Training; using Plumbline.Worlds.Counter;

        internal static class Reader
        {
            public static IChatClient client = null!, inner = null!;
            public static Suite suite = null!;
            public static Specification specification = null!;
            public static SubjectAudit before = null!, deliberate = null!, after = null!;
            public static TimeProvider time = null!;
            public static LanguageModel model = null!;
            public static string[] questions = null!;
        }
        """;

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    public static TheoryData<string> Snippets => [.. Blocks("csharp").Select(block => block.Place)];

    public static TheoryData<string> Specifications => [.. Blocks("yaml").Where(block => block.Text.StartsWith("specification:", StringComparison.Ordinal)).Select(block => block.Place)];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Every_snippet_of_csharp_compiles(string place)
    {
        var code = Blocks("csharp").Single(block => block.Place == place).Text;
        var imports = string.Concat(code.Split('\n').Where(line => UsingDirective().IsMatch(line)).Select(line => line + "\n"));
        var body = string.Join('\n', code.Split('\n').Where(line => !UsingDirective().IsMatch(line)));
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        var whole = $"using static Reader;\n{AtHand.Replace("internal static class", imports + "internal static class", StringComparison.Ordinal)}\ninternal static class Shown {{ public static async Task Run() {{\n{body}\nawait Task.Yield(); }} }}";
        var compilation = CSharpCompilation.Create("shown", [CSharpSyntaxTree.ParseText(whole, cancellationToken: TestContext.Current.CancellationToken)], References.Value, options);
        Assert.Empty(compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(problem => problem.Severity == DiagnosticSeverity.Error).Select(problem => problem.ToString()));
    }

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Every_specification_is_one(string place) => Assert.NotEmpty(Specification.Parse(Blocks("yaml").Single(block => block.Place == place).Text, place).Rules);

    private static IEnumerable<(string Place, string Text)> Blocks(string language) => DocumentTests.Files().SelectMany(file =>
    {
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        return Fence().Matches(text).Where(block => block.Groups[1].Value == language)
            .Select(block => ($"{Path.GetFileName(file)}:{text[..block.Index].Count(letter => letter == '\n') + 1}", block.Groups[2].Value));
    });

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^using [A-Z][\w.]*;")]
    private static partial Regex UsingDirective();
}
