using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.OverWorker;

/// <summary>The address in the access trail, whatever the Functions host does with the header.</summary>
public sealed class ClientAddressTests(AzuriteFixture azurite)
{
    private const string Hops = "203.0.113.1, 203.0.113.2, 203.0.113.3, 203.0.113.4:49152, 203.0.113.5";

    [Theory]
    [InlineData(0, "127.0.0.1")]
    [InlineData(1, "203.0.113.5")]
    [InlineData(2, "203.0.113.4")]
    [InlineData(3, "203.0.113.3")]
    [InlineData(4, "203.0.113.2")]
    [InlineData(5, "203.0.113.1")]
    public async Task Trail_OfACallThroughProxies_HasTheHopThatIsTrusted(int trustedHops, string expected)
    {
        await using var app = await WorkerApp.StartAsync(azurite, settings: ("Access__ForwardedHops", $"{trustedHops}"));
        var acme = await app.CreateTenantAsync("acme");

        foreach (var passesOn in new[] { false, true })
        {
            app.Host.PassesForwardedFor = passesOn;
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/tenants/acme/events?user={passesOn}");
            request.Headers.Authorization = new("Bearer", acme.Key);
            request.Headers.Add("X-Forwarded-For", Hops);
            using var answer = await app.Client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode);
        }

        var entries = await app.TrailAsync("acme", 2, "action=search");
        Assert.All(entries, entry => Assert.Equal(expected, entry.GetProperty("address").GetString()));
    }

    [Theory]
    [InlineData(2, "203.0.113.5")]
    [InlineData(1, "mina@example.com")]
    [InlineData(1, null)]
    public async Task Trail_OfACallWithoutTheTrustedHop_HasNothingThatTheCallerInvented(int trustedHops, string? header)
    {
        await using var app = await WorkerApp.StartAsync(azurite, settings: ("Access__ForwardedHops", $"{trustedHops}"));
        var acme = await app.CreateTenantAsync("acme");

        foreach (var passesOn in new[] { false, true })
        {
            app.Host.PassesForwardedFor = passesOn;
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/tenants/acme/events?user={passesOn}");
            request.Headers.Authorization = new("Bearer", acme.Key);
            if (header is not null)
            {
                request.Headers.TryAddWithoutValidation("X-Forwarded-For", header);
            }

            using var answer = await app.Client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode);
        }

        var entries = await app.TrailAsync("acme", 2, "action=search");
        Assert.All(entries, entry => Assert.True(
            !entry.TryGetProperty("address", out var address) || address.GetString() == "127.0.0.1", entry.ToString()));
    }

    [Fact]
    public async Task Trail_OfACallThatForgesTheHostsOwnData_HasNothingThatTheCallerInvented()
    {
        await using var app = await WorkerApp.StartAsync(azurite, settings: ("Access__ForwardedHops", "1"));
        var acme = await app.CreateTenantAsync("acme");

        foreach (var passesOn in new[] { false, true })
        {
            app.Host.PassesForwardedFor = passesOn;
            using var answer = await acme.GetAsync("events?Headers=%7B%22X-Forwarded-For%22%3A%22203.0.113.66%22%7D");
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        }

        var entries = await app.TrailAsync("acme", 2, "action=search");
        Assert.All(entries, entry => Assert.Equal("127.0.0.1", entry.GetProperty("address").GetString()));
    }
}
