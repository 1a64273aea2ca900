using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plumbline.Server.Records;

/// <summary>What became of one request: one line of the log.</summary>
internal sealed class RequestRecord
{
    /// <summary>Version of the form; rises when a member changes its meaning.</summary>
    public const int Form = 1;

    /// <summary>How every line begins.</summary>
    public const string Beginning = "{\"form\":";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required string Id { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Path { get; init; }

    /// <summary>Name of the key, or null.</summary>
    public string? Key { get; set; }

    public string? Model { get; set; }

    public bool Streams { get; set; }

    public IReadOnlyList<string> Strategies { get; set; } = [];

    /// <summary>Name, version and hash of the specification, or null.</summary>
    public string? Specification { get; set; }

    /// <summary>Which upstream answered, counted from 1; 0: none, or the model in process.</summary>
    public int Upstream { get; set; }

    /// <summary>How often upstreams were asked.</summary>
    public int Attempts { get; set; }

    public int Status { get; set; }

    /// <summary>Why there was no whole answer: a code of the API's errors, or <c>hung_up</c>; null if there was one.</summary>
    public string? Error { get; set; }

    public TimeSpan Took { get; set; }

    public long InputTokens { get; set; }

    public long OutputTokens { get; set; }

    /// <summary>Whether the tokens were estimated because the upstream did not say.</summary>
    public bool Estimated { get; set; }

    public decimal Money { get; set; }

    /// <summary>What was asked; empty if it is not kept.</summary>
    public ReadOnlyMemory<byte> Request { get; set; }

    /// <summary>What was answered, or null if it is not kept.</summary>
    public AnswerText? Answer { get; set; }

    /// <summary>The line, with its line feed.</summary>
    public byte[] ToLine(Redaction redaction)
    {
        var buffer = new ArrayBufferWriter<byte>(512 + Request.Length);
        using (var json = new Utf8JsonWriter(buffer, Plain))
            Write(json, redaction);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter json, Redaction redaction)
    {
        json.WriteStartObject();
        json.WriteNumber("form", Form);
        json.WriteString("id", Id);
        json.WriteString("time", Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("path", redaction.Of(Path));
        json.WriteString("key", Key);
        json.WriteString("model", Model is null ? null : redaction.Of(Model));
        json.WriteBoolean("stream", Streams);
        json.WriteStartArray("strategies");
        foreach (var strategy in Strategies)
            json.WriteStringValue(strategy);
        json.WriteEndArray();
        json.WriteString("specification", Specification);
        json.WriteNumber("upstream", Upstream);
        json.WriteNumber("attempts", Attempts);
        json.WriteNumber("status", Status);
        json.WriteString("error", Error);
        json.WriteNumber("milliseconds", Math.Round(Took.TotalMilliseconds, 3));
        json.WriteNumber("inputTokens", InputTokens);
        json.WriteNumber("outputTokens", OutputTokens);
        json.WriteBoolean("estimated", Estimated);
        json.WriteNumber("money", Money);
        if (!Request.IsEmpty)
        {
            json.WritePropertyName("request");
            json.WriteRawValue(OnOneLine(redaction.Of(Encoding.UTF8.GetString(Request.Span))));
        }

        if (Answer is not null)
        {
            json.WriteString("answer", redaction.Of(Answer.Text));
            if (Answer.Reasoning.Length > 0)
                json.WriteString("reasoning", redaction.Of(Answer.Reasoning));
            if (Answer.Tools.Count > 0)
            {
                json.WriteStartArray("tools");
                foreach (var tool in Answer.Tools)
                    json.WriteStringValue(redaction.Of(tool));
                json.WriteEndArray();
            }
            if (Answer.IsCut)
                json.WriteBoolean("answerIsCut", true);
        }

        json.WriteEndObject();
    }

    /// <summary>JSON has line feeds between its tokens only, where a space does as well.</summary>
    private static string OnOneLine(string json) => json.Replace('\n', ' ').Replace('\r', ' ');
}
