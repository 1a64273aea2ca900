using System.Net;
using System.Net.Http.Headers;

namespace Plumbline.Server.Upstreams;

/// <summary>Lets a client of the OpenAI API speak to the upstreams as one: what is asked of it goes to whichever of them answers.</summary>
/// <param name="pool">The upstreams.</param>
internal sealed class UpstreamHandler(UpstreamPool pool) : HttpMessageHandler
{
    /// <summary>Where a client believes them to be; nothing is sent there.</summary>
    public static Uri Address { get; } = new("http://upstream.invalid/v1");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var head = Requests.RequestHead.Read(body);
        var answer = await pool.AskAsync(new UpstreamQuestion(request.Method, AnswerShape.ChatCompletion, body, head.Model, head.Streams), cancellationToken).ConfigureAwait(false);
        HttpContent content = answer.Events is { } events ? new StreamContent(new EventBytes(events)) : new ReadOnlyMemoryContent(answer.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue(answer.Events is null ? "application/json" : "text/event-stream");
        return new HttpResponseMessage(answer.Status) { Content = content, RequestMessage = request, Version = HttpVersion.Version11 };
    }
}
