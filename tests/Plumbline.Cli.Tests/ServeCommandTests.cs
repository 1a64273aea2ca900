using Microsoft.Extensions.AI;

namespace Plumbline.Cli.Tests;

public sealed class ServeCommandTests
{
    [Fact]
    public async Task It_answers_at_the_address_that_it_prints_until_it_is_cancelled()
    {
        using var folder = new TemporaryFolder();
        using var output = new StringWriter();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        stop.CancelAfter(TimeSpan.FromMinutes(1));
        var written = TextWriter.Synchronized(output);
        var rooms = CommandLine.Rooms() with { OpenModel = _ => new Silent() };
        var running = Shell.RunAsync(["serve", folder.Folder("clerk"), "--port", "0"], Terminal.Piped(TextReader.Null, written, TextWriter.Null), rooms, stop.Token);
        while (!Said().Contains("Audit it:", StringComparison.Ordinal))
            await Task.Delay(20, stop.Token);
        var endpoint = Said().Split("answers at ")[1].Split(';')[0];
        Assert.Contains("\"clerk\"", await http.GetStringAsync(new Uri($"{endpoint}/models"), stop.Token), StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(130, await running);

        string Said()
        {
            lock (written) // as every write to it does
                return output.ToString();
        }
    }

    private sealed class Silent : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
