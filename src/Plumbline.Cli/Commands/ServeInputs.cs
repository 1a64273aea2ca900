using System.CommandLine;
using System.Net;
using Plumbline.Server;

namespace Plumbline.Cli.Commands;

/// <summary>What <c>plumbline serve</c> can be told.</summary>
internal sealed class ServeInputs
{
    private readonly Argument<string?> _model = Inputs.Optional("DIR", "Folder of the model (Hugging Face layout); the bundled model if neither it nor an upstream is named.");
    private readonly Option<string?> _config = new("--config") { Description = "Read everything from this file; only --port is said beside it.", HelpName = "FILE" };
    private readonly Option<string?> _specification = new("--spec") { Description = "Hold answers to this specification; it is read again whenever it changes.", HelpName = "FILE" };
    private readonly Option<string?> _strategy = new("--strategy") { Description = "How, where the model's name does not say: spec, reflection, align3, rules, best-of:8, joined by +.", HelpName = "NAMES" };
    private readonly Option<string[]> _upstreams = new("--upstream") { Description = "Hand requests on to this server of the OpenAI API; several times: the next answers where the first does not.", HelpName = "URL", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _keyFrom = new("--upstream-key-from") { Description = "The environment variable that holds the upstreams' key.", HelpName = "VARIABLE" };
    private readonly Option<string?> _keyFile = new("--upstream-key-file") { Description = "The file that holds the upstreams' key.", HelpName = "FILE" };
    private readonly Option<int> _retries = Inputs.Number("--retries", "How often upstreams are tried again.", 2, 0, 10);
    private readonly Option<double> _hedge = Inputs.Fraction("--hedge-after", "Seconds without the beginning of an answer after which the next upstream is asked too; 0: never.", 0, 3600);
    private readonly Option<string?> _keys = new("--keys") { Description = "Let in who has a key of this file ('plumbline serve keys add').", HelpName = "FILE" };
    private readonly Option<string?> _log = new("--log") { Description = "Append a record of every request to this file, keys taken out.", HelpName = "FILE" };
    private readonly Option<bool> _noContent = new("--log-no-content") { Description = "Keep what was asked and answered out of the log." };
    private readonly Option<string?> _address = new("--address") { Description = "Where to listen; other machines are let in only with --keys.", HelpName = "IP" };
    private readonly Option<int> _port = Inputs.Number("--port", "Where to listen on this machine; 0 takes any free port.", 8080, 0, 65535);

    public void AddTo(Command command)
    {
        command.Arguments.Add(_model);
        Option[] options = [_config, _specification, _strategy, _upstreams, _keyFrom, _keyFile, _retries, _hedge, _keys, _log, _noContent, _address, _port];
        foreach (var option in options)
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            var upstreams = result.GetValue(_upstreams) ?? [];
            if (result.GetValue(_model) is not null && upstreams.Length > 0)
                result.AddError("A model's folder and --upstream exclude each other: name one of the two.");
            if (result.GetValue(_strategy) is not null && result.GetValue(_specification) is null)
                result.AddError("--strategy needs a specification: name one with --spec FILE.");
            if (result.GetValue(_keyFrom) is not null && result.GetValue(_keyFile) is not null)
                result.AddError("--upstream-key-from and --upstream-key-file exclude each other.");
            if (upstreams.FirstOrDefault(url => !IsAddress(url)) is { } wrong)
                result.AddError($"--upstream is '{ModelText.OneLine(wrong, 100)}'; expected a web address without a name or password in it, for example http://localhost:8000/v1.");
            if (result.GetValue(_address) is { } address && !IPAddress.TryParse(address, out _))
                result.AddError($"--address is '{ModelText.OneLine(address, 100)}'; expected for example 127.0.0.1, or 0.0.0.0 for all of this machine's.");
            if (result.GetValue(_config) is not null && options.Except([_config, _port]).FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } beside)
                result.AddError($"{beside.Name} stands beside --config: say it in the file.");
        });
    }

    /// <summary>What was asked for, and the folder of the model in process, if one is named.</summary>
    /// <exception cref="InputException">A file or a key cannot be read.</exception>
    public (GatewayOptions Options, string? ModelFolder) Read(ParseResult parsed)
    {
        if (parsed.GetValue(_config) is { } file)
        {
            var (options, model) = GatewayFile.Read(file);
            return (parsed.GetResult(_port) is { Implicit: false } ? options with { Port = parsed.GetValue(_port) } : options, parsed.GetValue(_model) ?? model);
        }

        var key = GatewayFile.ReadKey(parsed.GetValue(_keyFrom), parsed.GetValue(_keyFile));
        return (new GatewayOptions
        {
            Upstreams = [.. (parsed.GetValue(_upstreams) ?? []).Select(url => new UpstreamOptions(new Uri(url), key))],
            SpecificationPath = parsed.GetValue(_specification) is { } specification ? Inputs.ExistingFile(specification) : null,
            Strategy = parsed.GetValue(_strategy),
            Forwarding = new ForwardingOptions { Retries = parsed.GetValue(_retries), HedgeAfter = parsed.GetValue(_hedge) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null },
            KeysPath = parsed.GetValue(_keys),
            LogPath = parsed.GetValue(_log),
            LogsContent = !parsed.GetValue(_noContent),
            Address = parsed.GetValue(_address) is { } address ? IPAddress.Parse(address) : IPAddress.Loopback,
            Port = parsed.GetValue(_port),
        }, parsed.GetValue(_model));
    }

    private static bool IsAddress(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0;
}
