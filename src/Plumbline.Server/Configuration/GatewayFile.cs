using System.Net;
using System.Text;
using Plumbline.Deliberation;
using Plumbline.Server.Configuration;

namespace Plumbline.Server;

/// <summary>A gateway's configuration in a YAML file; paths in it are read from its folder. Keys of upstreams are never in it: it names a variable or a file that holds them.</summary>
public static class GatewayFile
{
    private const int LargestFile = 1_000_000;

    private static readonly string[] Known =
        ["upstreams", "model", "specification", "strategy", "callers-choose", "placeholders", "budget", "prices", "keys", "log", "log-content", "address", "port", "limits", "forwarding"];

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it says, and the folder of the model in process, if it names one.</returns>
    /// <exception cref="InputException">It cannot be read, or says what no configuration says: with line and column.</exception>
    public static (GatewayOptions Options, string? ModelFolder) Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new InputException(path, "there is no such file.", "An example is examples/gateway/gateway.yaml.");
        if (new FileInfo(path).Length > LargestFile)
            throw new InputException(path, "it is larger than any configuration.", "An example is examples/gateway/gateway.yaml.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var root = new YamlSection(UntrustedYaml.Read(File.ReadAllText(path, Encoding.UTF8), path, "configuration", 8, "An example is examples/gateway/gateway.yaml."), path, "a configuration", Known);
        var limits = root.Section("limits", ["request-bytes", "request-seconds", "at-once"]);
        var standard = new GatewayOptions();
        var options = new GatewayOptions
        {
            Upstreams = [.. root.Sections("upstreams", ["url", "key-from", "key-file", "models"]).Select(upstream => Upstream(upstream, folder))],
            SpecificationPath = At(root, "specification"),
            Strategy = root.Text("strategy"),
            CallersChoose = root.Flag("callers-choose") ?? true,
            Placeholders = Texts(root.Section("placeholders", null)),
            Budget = ReadBudget(root.Section("budget", ["calls", "tokens", "seconds", "money"])),
            Prices = ReadPrices(root.Section("prices", null)),
            KeysPath = At(root, "keys"),
            LogPath = At(root, "log"),
            LogsContent = root.Flag("log-content") ?? true,
            Address = root.Text("address") is not { } address ? standard.Address : IPAddress.TryParse(address, out var parsed) ? parsed : throw root.Wrong("address", $"'{address}' is no address.", "Write for example 127.0.0.1, or 0.0.0.0 for all of this machine's."),
            Port = (int?)root.Whole("port", 0, 65535) ?? 8080,
            LongestRequest = limits?.Whole("request-bytes", 1024, 1 << 30) ?? standard.LongestRequest,
            RequestLimit = limits?.Seconds("request-seconds") ?? standard.RequestLimit,
            AtOnce = (int?)limits?.Whole("at-once", 1, 100_000) ?? standard.AtOnce,
            Forwarding = ReadForwarding(root.Section("forwarding", ["retries", "retry-seconds", "longest-retry-seconds", "hedge-after-seconds", "attempt-seconds", "idle-seconds", "answer-bytes", "event-bytes"])),
        };
        if (options.Strategy is { } strategy)
            StrategyCatalogue.Parse(strategy, $"{path}: strategy");
        return (options, At(root, "model"));

        string? At(YamlSection section, string key) => section.Text(key) is { } file ? Path.Combine(folder, file) : null;
    }

    /// <summary>A key from where it is kept.</summary>
    /// <param name="variable">Name of an environment variable, or null.</param>
    /// <param name="file">A file that holds nothing else, or null.</param>
    /// <returns>The key, or null if neither is named.</returns>
    /// <exception cref="InputException">It is not there. The key itself is never named.</exception>
    public static Secret? ReadKey(string? variable, string? file)
    {
        if (variable is not null)
        {
            return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } key ? new Secret(key.Trim())
                : throw new InputException($"environment variable {(variable.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? variable : "?")}", "it is not set.", "Name the variable that holds the upstream's key, and set it; the key itself is given nowhere.");
        }

        if (file is null)
            return null;
        if (!File.Exists(file) || new FileInfo(file).Length is 0 or > 4096)
            throw new InputException(file, "there is no key in it.", "Name a file that holds the key and nothing else.");
        return new Secret(File.ReadAllText(file).Trim());
    }

    private static UpstreamOptions Upstream(YamlSection upstream, string folder)
    {
        var url = upstream.Text("url");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            throw upstream.Wrong("url", "it is not the address of a server.", "Write it with http:// or https:// and the path of the API, for example url: http://localhost:8000/v1");
        return new UpstreamOptions(address, ReadKey(upstream.Text("key-from"), upstream.Text("key-file") is { } file ? Path.Combine(folder, file) : null), upstream.Texts("models"));
    }

    private static Budget ReadBudget(YamlSection? budget) => budget is null ? Budget.Unlimited : new Budget
    {
        Calls = (int?)budget.Whole("calls", 1, 10_000),
        Tokens = budget.Whole("tokens", 1, 1L << 40),
        Time = budget.Seconds("seconds"),
        Money = budget.Number("money", 0.000001m, 1e9m),
    };

    private static Dictionary<string, TokenPrice> ReadPrices(YamlSection? prices) => prices is null ? [] : prices.Keys.ToDictionary(name => name, name =>
    {
        var price = prices.Section(name, ["input", "output"])!;
        return new TokenPrice(price.Number("input", 0, 1e9m) ?? 0, price.Number("output", 0, 1e9m) ?? 0);
    }, StringComparer.Ordinal);

    private static ForwardingOptions ReadForwarding(YamlSection? section)
    {
        var standard = new ForwardingOptions();
        return section is null ? standard : new ForwardingOptions
        {
            Retries = (int?)section.Whole("retries", 0, 10) ?? standard.Retries,
            RetryDelay = section.Seconds("retry-seconds") ?? standard.RetryDelay,
            LongestRetryDelay = section.Seconds("longest-retry-seconds") ?? standard.LongestRetryDelay,
            HedgeAfter = section.Seconds("hedge-after-seconds"),
            AttemptLimit = section.Seconds("attempt-seconds") ?? standard.AttemptLimit,
            IdleLimit = section.Seconds("idle-seconds") ?? standard.IdleLimit,
            LongestAnswer = section.Whole("answer-bytes", 1024, 1 << 30) ?? standard.LongestAnswer,
            LongestEvent = (int?)section.Whole("event-bytes", 1024, 64 << 20) ?? standard.LongestEvent,
        };
    }

    private static Dictionary<string, string> Texts(YamlSection? section) => section?.Keys.ToDictionary(key => key, key => section.Text(key)!, StringComparer.Ordinal) ?? [];
}
