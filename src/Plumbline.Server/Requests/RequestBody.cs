using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Plumbline.Server.Requests;

/// <summary>Reads the body of a request, of bounded length.</summary>
internal static class RequestBody
{
    /// <exception cref="BadHttpRequestException">It is longer than the server reads (413), too slow, or cut short.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, long most, CancellationToken cancel)
    {
        if (request.ContentLength is { } length)
        {
            if (length > most)
                throw new BadHttpRequestException("too large", StatusCodes.Status413PayloadTooLarge);
            var exact = new byte[length];
            await request.Body.ReadExactlyAsync(exact, cancel).ConfigureAwait(false);
            return exact;
        }

        var read = new ArrayBufferWriter<byte>(4096);
        while (await request.Body.ReadAsync(read.GetMemory(4096), cancel).ConfigureAwait(false) is var count and > 0)
        {
            read.Advance(count);
            if (read.WrittenCount > most)
                throw new BadHttpRequestException("too large", StatusCodes.Status413PayloadTooLarge);
        }

        return read.WrittenMemory;
    }

    /// <summary>The same request, which also asks that the events end with what the answer cost.</summary>
    public static ReadOnlyMemory<byte> AskingUsage(ReadOnlyMemory<byte> body)
    {
        var span = body.Span;
        var open = span.IndexOf((byte)'{') + 1;
        var ask = "\"stream_options\":{\"include_usage\":true},"u8;
        var asking = new byte[body.Length + ask.Length];
        span[..open].CopyTo(asking);
        ask.CopyTo(asking.AsSpan(open));
        span[open..].CopyTo(asking.AsSpan(open + ask.Length));
        return asking;
    }
}
