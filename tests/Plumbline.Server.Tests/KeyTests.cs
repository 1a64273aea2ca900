using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Plumbline.Deliberation;
using Plumbline.Server.Keys;

namespace Plumbline.Server.Tests;

public sealed class KeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumbline-keys").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Keys => Path.Combine(_folder, "keys.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_is_given_out_once_and_only_its_hash_is_kept_where_only_the_owner_reads()
    {
        var key = KeyFile.Add(Keys, "ann", new KeyLimits(RequestsPerMinute: 3), TimeProvider.System);
        var text = File.ReadAllText(Keys);
        Assert.StartsWith("pl-", key, StringComparison.Ordinal);
        Assert.True(key.Length > 50);
        Assert.DoesNotContain(key.Split('-', 3)[2], text, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key))), text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys));
        Assert.NotEqual(key, KeyFile.Add(Keys, "bob", new KeyLimits(), TimeProvider.System));
        Assert.Equal(2, KeyFile.Read(Keys).Count);
        Assert.Contains("another name", Assert.Throws<InputException>(() => KeyFile.Add(Keys, "ann", new KeyLimits(), TimeProvider.System)).Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"keys":[{"id":"1"}]}""")]
    [InlineData("""{"keys":[null]}""")]
    [InlineData("""{"keys":[{"id":"12345678","name":"a","hash":"zz","made":"2026-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"keys":[],"more":1}""")]
    public void A_file_that_holds_no_keys_is_refused_with_its_name(string text)
    {
        File.WriteAllText(Keys, text);
        Assert.StartsWith(Keys, Assert.Throws<InputException>(() => KeyFile.Read(Keys)).Place, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_key_or_a_wrong_one_is_not_let_in()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        var key = KeyFile.Add(Keys, "ann", new KeyLimits(), TimeProvider.System);
        await using var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [upstream.Options], KeysPath = Keys }, Stop);
        string?[] wrong = [null, "", "none", key[..^1], key + "x", key.ToUpperInvariant(), $"{key[..12]}{new string('A', 43)}", new string('x', 5000)];
        foreach (var each in wrong)
        {
            caller.Key = each;
            var (status, body) = await caller.AskAsync(GatewayCaller.Question("hello"), Stop);
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (status, GatewayCaller.Code(body)));
        }
        Assert.Empty(upstream.Asked);
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.GetAsync(caller.At("models"), Stop)).Status);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync(caller.Health("live"), Stop)).Status);
        caller.Key = key;
        Assert.Equal(HttpStatusCode.OK, (await caller.AskAsync(GatewayCaller.Question("hello"), Stop)).Status);
        Assert.DoesNotContain(upstream.Authorizations, each => each.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_of_a_minute_tokens_and_spend_of_a_day_are_limited_key_by_key()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        var often = KeyFile.Add(Keys, "often", new KeyLimits(RequestsPerMinute: 2), TimeProvider.System);
        var tokens = KeyFile.Add(Keys, "tokens", new KeyLimits(TokensPerDay: 40), TimeProvider.System);
        var money = KeyFile.Add(Keys, "money", new KeyLimits(SpendPerDay: 0.0001m), TimeProvider.System);
        var options = new GatewayOptions { Upstreams = [upstream.Options], KeysPath = Keys, Prices = new Dictionary<string, TokenPrice> { ["clerk"] = new(2, 8) } };
        await using (var caller = await GatewayCaller.StartAsync(options, Stop))
        {
            // 15 tokens an answer: 11 read and 4 written, which cost 0.000054.
            Assert.Equal((2, "rate_limit_exceeded"), await AskUntilRefusedAsync(caller, often, stream: false));
            Assert.Equal((3, "tokens_per_day"), await AskUntilRefusedAsync(caller, tokens, stream: true));
            Assert.Equal((2, "spend_per_day"), await AskUntilRefusedAsync(caller, money, stream: true));
        }

        await using var again = await GatewayCaller.StartAsync(options, Stop);
        Assert.Equal((0, "tokens_per_day"), await AskUntilRefusedAsync(again, tokens, stream: false)); // what was spent outlives the gateway
    }

    private static async Task<(int, string?)> AskUntilRefusedAsync(GatewayCaller caller, string key, bool stream)
    {
        caller.Key = key;
        for (var i = 0; i < 10; i++)
        {
            using var response = await caller.PostAsync(GatewayCaller.Question("hello", stream), Stop);
            var body = await response.Content.ReadAsStringAsync(Stop);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
                Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
                return (i, GatewayCaller.Code(body));
            }

            Assert.DoesNotContain("\"choices\":[]", body, StringComparison.Ordinal); // the gateway asked for usage on its own account
        }
        return (10, null);
    }

    [Fact]
    public void A_new_day_begins_with_nothing_spent()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 23, 59, 0, TimeSpan.Zero));
        using var account = new KeyAccount(new KeyRecord("12345678", "ann", new string('0', 64), clock.GetUtcNow(), null, 10, null), new DaySpent(new DateOnly(2026, 11, 25)), clock);
        account.Add(10, 0);
        var refused = account.Take();
        Assert.Equal((429, TimeSpan.FromMinutes(1), false), (refused!.Status, refused.RetryAfter, refused.MayRetry));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(account.Take());
        Assert.Equal(0, account.Spent.Tokens);
    }

    [Fact]
    public async Task A_key_that_is_taken_out_of_the_file_is_not_let_in_any_more_and_a_new_one_is()
    {
        await using var upstream = await HostileUpstream.StartAsync(Deed.Fine);
        var old = KeyFile.Add(Keys, "old", new KeyLimits(), TimeProvider.System);
        await using var caller = await GatewayCaller.StartAsync(new GatewayOptions { Upstreams = [upstream.Options], KeysPath = Keys }, Stop);
        var other = Path.Combine(_folder, "other.json");
        caller.Key = KeyFile.Add(other, "new", new KeyLimits(), TimeProvider.System);
        File.Move(other, Keys, overwrite: true);
        while ((await caller.AskAsync(GatewayCaller.Question("hello"), Stop)).Status != HttpStatusCode.OK)
            await Task.Delay(50, Stop);
        caller.Key = old;
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.AskAsync(GatewayCaller.Question("hello"), Stop)).Status);
    }

    [Fact]
    public async Task Other_machines_are_let_in_only_with_keys()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => GatewayServer.StartAsync(new GatewayOptions { Upstreams = [new UpstreamOptions(new Uri("http://127.0.0.1:1/v1"))], Address = IPAddress.Any }, cancellationToken: Stop));
        Assert.Contains("--keys", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_not_printed_with_what_holds_it()
    {
        var options = new UpstreamOptions(new Uri("http://127.0.0.1:1/v1"), new Secret("sk-very-secret"));
        Assert.DoesNotContain("very-secret", $"{options} {JsonSerializer.Serialize(options)}", StringComparison.Ordinal);
    }
}
