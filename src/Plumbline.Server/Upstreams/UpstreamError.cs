namespace Plumbline.Server.Upstreams;

/// <summary>What a caller is told when no upstream has answered.</summary>
internal static class UpstreamError
{
    private const string Later = "Try again in a while; if it stays so, tell whoever runs this gateway: its /health/ready says more.";

    public static ApiError Of(UpstreamException failed, string? model) => failed.Fault switch
    {
        UpstreamFault.Busy => new(429, $"The upstream wants fewer requests. {Later}", Code: "upstream_busy") { Kind = "requests", RetryAfter = failed.RetryAfter },
        UpstreamFault.Failed => new(502, $"The upstream failed. {Later}", Code: "upstream_failed") { RetryAfter = failed.RetryAfter },
        UpstreamFault.Unreachable => new(502, $"The upstream cannot be reached. {Later}", Code: "upstream_unreachable"),
        UpstreamFault.TooLate => new(504, "The upstream took too long. Ask for less at a time, or have the gateway's time limits raised.", Code: "upstream_timeout"),
        UpstreamFault.Unreadable => new(502, $"What the upstream said is not what the API says. {Later}", Code: "upstream_unreadable"),
        UpstreamFault.CutShort => new(502, $"The upstream's answer stopped in the middle. {Later}", Code: "upstream_cut_short"),
        UpstreamFault.TooLarge => new(502, "The upstream's answer is larger than this gateway hands on. Ask for less at a time (max_tokens), or have the limit raised.", Code: "upstream_too_large") { MayRetry = false },
        UpstreamFault.KeyRefused => new(502, "The upstream does not accept the gateway's key. Tell whoever runs this gateway; your own key is fine.", Code: "upstream_key_refused") { MayRetry = false },
        UpstreamFault.Resting => new(503, $"The upstream has failed so often that it is left alone for a few seconds. {Later}", Code: "upstream_resting") { RetryAfter = failed.RetryAfter ?? TimeSpan.FromSeconds(2) },
        UpstreamFault.NotServed => new(404, $"No upstream serves the model '{Shown(model)}'. GET /v1/models lists what there is.", "model", "model_not_found"),
        _ => ApiError.Failed,
    };

    private static string Shown(string? model) => model is { Length: > 100 } ? model[..100] + "…" : model ?? "";
}
