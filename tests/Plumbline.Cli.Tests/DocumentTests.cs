using System.Text.RegularExpressions;

namespace Plumbline.Cli.Tests;

/// <summary>What the documents show exists and works.</summary>
public sealed partial class DocumentTests
{
    private const string Program = "dotnet run -c Release --project src/Plumbline.Cli -- ";

    public static TheoryData<string> Documents => [.. Files().Select(file => Path.GetRelativePath(Root, file))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_relative_link_leads_to_a_file(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Root, document))!;
        Assert.All(Links(document).Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')), link =>
        {
            var target = Path.Combine(folder, link.Split('#')[0]);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{document} links to {link}, which is not there");
        });
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_line_in_a_block_is_understood_by_the_program(string document) => Assert.All(Blocks(document), line =>
    {
        var parsed = ShownCommands.Parse(line);
        Assert.True(parsed.Errors.Count == 0, $"{document} shows '{line}': {string.Join(' ', parsed.Errors.Select(error => error.Message))}");
    });

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_in_a_sentence_is_one_of_the_program(string document) => Assert.All(Spans(document), line =>
    {
        var unknown = ShownCommands.Parse(line).UnmatchedTokens;
        Assert.True(unknown.Count == 0, $"{document} speaks of '{line}': {string.Join(' ', unknown)} is not known");
    });

    [Fact]
    public void The_first_page_shows_the_two_commands_that_a_newcomer_needs()
    {
        var page = File.ReadAllText(Path.Combine(Root, "README.md"));
        Assert.Contains($"\n{Program}align examples/counter/counter.spec.yaml\ndotnet test -c Release\n", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Root, "examples/counter/counter.spec.yaml")));
    }

    private static string Root { get; } = FindRoot();

    internal static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Links(string document) => Link().Matches(Fence().Replace(Read(document), "")).Select(match => match.Groups[1].Value);

    /// <summary>Lines of blocks that begin with the program, as a word or as <c>dotnet run</c>.</summary>
    private static IEnumerable<string> Blocks(string document) => Fence().Matches(Read(document)).SelectMany(block => block.Value.Split('\n'))
        .Select(line => line.Trim()).Select(line => line.StartsWith(Program, StringComparison.Ordinal) ? $"plumbline {line[Program.Length..]}" : line)
        .Where(line => line.StartsWith("plumbline ", StringComparison.Ordinal));

    /// <summary><c>`plumbline …`</c> inside sentences; placeholders in capitals and dots are words like any other.</summary>
    private static IEnumerable<string> Spans(string document) => Span().Matches(Fence().Replace(Read(document), "")).Select(match => match.Groups[1].Value);

    private static string Read(string document) => File.ReadAllText(Path.Combine(Root, document)).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plumbline.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside a checkout.");
        return folder.FullName;
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`(plumbline [^`\n]+)`")]
    private static partial Regex Span();
}
