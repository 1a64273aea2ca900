using System.Diagnostics;
using Microsoft.Extensions.AI;
using Plumbline.Deliberation;

namespace Plumbline.Bench;

/// <summary>How near a strategy that asks for many answers at once comes to the time of its slowest call: the ideal wall time over the measured one.</summary>
internal static class FanOut
{
    private const int Width = 64, Requests = 20;

    public static async Task<int> RunAsync()
    {
        using var slow = new SlowClient();
        using var client = slow.AsBuilder().UseBestOf(new FunctionScorer(answer => answer.Text.Length), Width).Build();
        await client.GetResponseAsync("Warm up.").ConfigureAwait(false);
        List<double> shares = [];
        for (var request = 0; request < Requests; request++)
        {
            slow.Slowest = TimeSpan.Zero;
            var began = Stopwatch.GetTimestamp();
            await client.GetResponseAsync("Answer.", new ChatOptions { Seed = request }).ConfigureAwait(false);
            shares.Add(slow.Slowest / Stopwatch.GetElapsedTime(began));
        }
        shares.Sort();
        Console.WriteLine(FormattableString.Invariant($"best-of:{Width}, calls of 150 to 250 ms: {100 * shares[Requests / 2]:0.0} % of the ideal wall time (median of {Requests}; lowest {100 * shares[0]:0.0} %). Ideal: the slowest call."));
        return 0;
    }

    /// <summary>Takes 150 to 250 ms for a call, by its seed, and keeps the longest.</summary>
    private sealed class SlowClient : IChatClient
    {
        private readonly Lock _gate = new();

        public TimeSpan Slowest { get; set; }

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(new Draws(options?.Seed ?? 0, "fan-out").Between(150, 250), cancellationToken).ConfigureAwait(false);
            lock (_gate)
                Slowest = TimeSpan.FromTicks(Math.Max(Slowest.Ticks, Stopwatch.GetElapsedTime(began).Ticks));
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "Hello."));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
