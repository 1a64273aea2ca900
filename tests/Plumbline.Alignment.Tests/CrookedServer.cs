using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Plumbline.Alignment.Tests;

/// <summary>A server on a real socket that says the same to every request, right or not, or nothing at all.</summary>
internal sealed class CrookedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string? _answer;
    private readonly Task _serving;

    /// <param name="answer">The bytes of a whole response; null never answers.</param>
    public CrookedServer(string? answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Endpoint => $"http://{_listener.LocalEndpoint}/v1";

    public int Requests { get; private set; }

    public string LastRequest { get; private set; } = "";

    /// <summary>A response with a body.</summary>
    public static string Response(int status, string body, string type = "application/json") =>
        $"HTTP/1.1 {status} Said\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nRetry-After: 0\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                using var caller = await _listener.AcceptTcpClientAsync(_stop.Token);
                var stream = caller.GetStream();
                var read = await stream.ReadAsync(buffer, _stop.Token);
                LastRequest = Encoding.UTF8.GetString(buffer, 0, read);
                Requests++;
                if (_answer is null)
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(_answer!), _stop.Token);
                caller.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(buffer, _stop.Token) > 0)
                {
                }
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or IOException)
        {
        }
    }
}
