namespace Plumbline.Tests.Specifications;

/// <summary>Every mistake says where it is, what is wrong and how to mend it.</summary>
public sealed class MalformedSpecificationTests
{
    private const string Head = "specification: S\nversion: 1.0.0\nvalues:\n  - id: care\n    text: Take care.\nrules:\n";
    private const string Rule = "  - id: be-kind\n    must: be kind\n    serves: [care]\n";

    public static TheoryData<string, string, string, string, string> Mistakes => new()
    {
        { "empty", "", "f:1:1", "the file is empty", "begins with 'specification: NAME'" },
        { "only a comment", "# nothing\n", "f:1:1", "the file is empty", "specification: NAME" },
        { "a list", "- a\n- b\n", "f:1:1", "a specification was expected here", "keys specification, version" },
        { "a text", "hello\n", "f:1:1", "this is the text 'hello'", "keys" },
        { "two documents", Head + Rule + "---\nspecification: T\n", "f:11:1", "a second document begins here", "remove the line '---'" },
        { "unknown key", "specifikation: S\nversion: 1.0.0\nvalues: []\nrules: []\n", "f:1:1", "key 'specifikation' is not known", "Did you mean 'specification'?" },
        { "unknown key of a rule", Head + "  - id: a\n    must: b\n    serves: [care]\n    exmaples: []\n", "f:10:5", "key 'exmaples' is not known in a rule", "Did you mean 'examples'?" },
        { "unknown key of a value", "specification: S\nversion: 1.0.0\nvalues:\n  - id: care\n    txt: Take care.\nrules:\n" + Rule, "f:5:5", "key 'txt'", "Did you mean 'text'?" },
        { "unknown key of a check", Head + Rule + "    check: { never-contain: x }\n", "f:10:14", "key 'never-contain'", "Did you mean 'never-contains'?" },
        { "unknown key of a source", Head + Rule + "    source: { dokument: x }\n", "f:10:15", "key 'dokument'", "Did you mean 'document'?" },
        { "duplicate key", "specification: S\nspecification: T\nversion: 1.0.0\n", "f:2:1", "a key stands twice", "Keep one" },
        { "duplicate rule", Head + Rule + Rule, "f:10:5", "rule 'be-kind' is there already, at line 7", "another id" },
        { "duplicate value", "specification: S\nversion: 1.0.0\nvalues:\n  - { id: care, text: a }\n  - { id: care, text: b }\nrules:\n" + Rule, "f:5:5", "value 'care' is there already", "another id" },
        { "no name", "version: 1.0.0\nvalues: []\nrules: []\n", "f:1:1", "has no 'specification'", "Add the line 'specification: …'" },
        { "no version", "specification: S\nvalues: []\nrules: []\n", "f:1:1", "has no 'version'", "Add the line 'version: …'" },
        { "no values", "specification: S\nversion: 1.0.0\nrules: []\n", "f:1:1", "has no 'values'", "Add the line" },
        { "no rules", "specification: S\nversion: 1.0.0\nvalues: []\n", "f:1:1", "has no 'rules'", "Add the line" },
        { "rule without must", Head + "  - id: a\n    serves: [care]\n", "f:7:5", "the rule has no 'must'", "a rule needs id, must, serves" },
        { "rule without id", Head + "  - must: a\n    serves: [care]\n", "f:7:5", "the rule has no 'id'", "Add the line" },
        { "rule without serves", Head + "  - id: a\n    must: b\n", "f:7:5", "the rule has no 'serves'", "Add the line" },
        { "value without text", "specification: S\nversion: 1.0.0\nvalues:\n  - id: care\nrules:\n" + Rule, "f:4:5", "the value has no 'text'", "Add the line" },
        { "list for text", Head + "  - id: a\n    must: [b, c]\n    serves: [care]\n", "f:8:11", "'must' is a text, but this is a list", "Write it on one line" },
        { "mapping for text", Head + "  - id: { a: b }\n    must: b\n    serves: [care]\n", "f:7:9", "'id' is a text, but this is a mapping", "on one line" },
        { "text for list", Head + "  - id: a\n    must: b\n    serves: care\n", "f:9:13", "'serves' is a list, but this is the text 'care'", "Begin every entry with '- '" },
        { "list in a list", Head + "  - id: a\n    must: b\n    serves: [[care]]\n", "f:9:14", "an entry of 'serves' is a list", "Write identifiers" },
        { "text for a rule", Head + "  - be kind\n", "f:7:5", "a rule was expected here", "A rule has the keys" },
        { "text for a check", Head + Rule + "    check: secret\n", "f:10:12", "a check was expected here", "never-contains" },
        { "empty must", Head + "  - id: a\n    must: \"\"\n    serves: [care]\n", "f:8:11", "'must' is empty", "Write what it is to say" },
        { "blank must", Head + "  - id: a\n    must: \"   \"\n    serves: [care]\n", "f:8:11", "'must' is empty", "Write what it is to say" },
        { "null must", Head + "  - id: a\n    must: null\n    serves: [care]\n", "f:8:11", "'must' is empty", "remove the line" },
        { "control character", Head + "  - id: a\n    must: \"b\\0c\"\n    serves: [care]\n", "f:8:11", "holds a control character", "Remove it" },
        { "long text", Head + "  - id: a\n    must: " + new string('x', 5000) + "\n    serves: [care]\n", "f:8:11", "has 5000 characters", "fewer words" },
        { "bad id", Head + "  - id: Be Kind\n    must: b\n    serves: [care]\n", "f:7:9", "id 'Be Kind' is not lower-case words", "'be-kind'" },
        { "id with underscore", Head + "  - id: be_kind\n    must: b\n    serves: [care]\n", "f:7:9", "id 'be_kind'", "'be-kind'" },
        { "version of two numbers", "specification: S\nversion: \"1.0\"\nvalues: []\nrules: []\n", "f:2:10", "version '1.0' is not three numbers", "like 1.0.0" },
        { "version with a word", "specification: S\nversion: 1.0.0-beta\nvalues: []\nrules: []\n", "f:2:10", "is not three numbers", "like 1.0.0" },
        { "unknown kind", Head + Rule + "    kind: saftey\n", "f:10:11", "kind 'saftey' is not known", "Did you mean 'safety'?" },
        { "kind as a number", Head + Rule + "    kind: 1\n", "f:10:11", "kind '1' is not known", "safety, behaviour, style" },
        { "serves nothing", Head + "  - id: a\n    must: b\n    serves: []\n", "f:9:13", "rule 'a' serves nothing", "Name at least one value" },
        { "serves an unknown value", Head + "  - id: a\n    must: b\n    serves: [caer]\n", "f:9:14", "serves value 'caer', which is not declared", "Did you mean 'care'?" },
        { "overrides an unknown rule", Head + Rule + "    overrides: [be-kin]\n", "f:10:17", "overrides rule 'be-kin', which is not there", "Rules that are known: be-kind" },
        { "overrides itself", Head + Rule + "    overrides: [be-kind]\n", "f:10:17", "overrides itself", "Remove the entry" },
        { "cyclic override", Head + Rule + "    overrides: [two]\n  - { id: two, must: b, serves: [care], overrides: [be-kind] }\n", "f:10:16", "in a circle: be-kind → two → be-kind", "Remove one" },
        { "no rule at all", Head.TrimEnd('\n') + " []\n", "f:6:8", "there are no rules", "Write at least one" },
        { "unbalanced placeholder", Head + Rule + "    check: { never-contains: \"{till-code\" }\n", "f:10:30", "a placeholder in '{till-code' is not finished", "{till-code}" },
        { "placeholder with a space", Head + Rule + "    check: { never-contains: \"{till code}\" }\n", "f:10:30", "is not finished", "joined by hyphens" },
        { "anchor", Head + "  - &x { id: a, must: b, serves: [care] }\n", "f:7:5", "anchors and aliases", "Write the text out" },
        { "alias bomb", "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]\n", "f:1:4", "anchors and aliases", "Write the text out" },
        { "deep nesting", "a: " + new string('[', 40) + new string(']', 40), "f:1:", "nested more than", "five levels" },
        { "tab", "specification: S\n\tversion: 1.0.0\n", "f:1:16", "this is not YAML", "no tabs" },
        { "open bracket", "specification: [S\nversion: 1.0.0\n", "f:1:1", "is not closed", "brackets" },
        { "colon in a text", Head + "  - id: a\n    must: never: tell\n    serves: [care]\n", "f:8:", "this is not YAML", "double quotes" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_says_where_it_is_what_is_wrong_and_how_to_mend_it(string name, string yaml, string place, string problem, string remedy)
    {
        var mistake = Assert.Throws<InputException>(() => Specification.Parse(yaml, "f"));
        Assert.True(mistake.Place.StartsWith(place, StringComparison.Ordinal), $"{name}: {mistake.Message}");
        Assert.Contains(problem, mistake.Problem, StringComparison.Ordinal);
        Assert.Contains(remedy, mistake.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_the_file()
    {
        var mistake = Assert.Throws<InputException>(() => Specification.Parse(Head + "  - id: A\n    must: \"\"\n    serves: [car]\n", "f"));
        Assert.StartsWith("f:7:9", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("f:8:11", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("f:9:14", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_utf8_says_at_which_byte()
    {
        var file = Path.GetTempFileName();
        File.WriteAllBytes(file, [(byte)'a', (byte)':', (byte)' ', 0xFF, 0xFE]);
        var mistake = Assert.Throws<InputException>(() => Specification.Load(file));
        Assert.Contains("position 3", mistake.Problem, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void A_file_of_ten_megabytes_is_refused_before_it_is_read()
    {
        var file = Path.GetTempFileName();
        using (var stream = File.OpenWrite(file))
            stream.SetLength(10_000_000);
        var mistake = Assert.Throws<InputException>(() => Specification.Load(file));
        Assert.Contains("10000000 bytes", mistake.Problem, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_told_apart()
    {
        Assert.Contains("no such file", Assert.Throws<InputException>(() => Specification.Load("nowhere.spec.yaml")).Problem, StringComparison.Ordinal);
        Assert.Contains("a folder", Assert.Throws<InputException>(() => Specification.Load(Path.GetTempPath())).Problem, StringComparison.Ordinal);
    }
}
