using System.Globalization;
using System.Net;
using System.Text.Json;
using LoginAudit.LocalHost;

namespace LoginAudit.FaultTests;

/// <summary>Storage is away for a minute.</summary>
internal static class StorageAway
{
    public static async Task<string> RunAsync(FaultOptions options)
    {
        var length = TimeSpan.FromSeconds(options.Pick(6, 60));
        await using var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None);
        var firstPort = int.Parse(azurite.ConnectionString.Split("BlobEndpoint=http://127.0.0.1:")[1].Split('/')[0], CultureInfo.InvariantCulture);
        await using var proxy = await FaultProxy.StartAsync(new Random(options.Seed), Ports.FindFree(3), firstPort);
        await using var app = await FaultApp.StartAsync(proxy.Through(azurite.ConnectionString));
        using var acme = await FaultTenant.CreateAsync(app.Address, "acme");
        var now = TimeProvider.System.GetUtcNow();
        await acme.SendAsync([.. Enumerable.Range(0, 500).Select(i => (i, now.AddMinutes(-i)))]);
        var job = (await acme.CallAsync(HttpMethod.Post, "exports", new { format = "ndjson" })).GetProperty("id").GetString()!;
        var before = acme.Acknowledged.Keys.ToList();

        (proxy.Fault, proxy.Share) = (StorageFault.Away, 1);
        var goneAt = TimeProvider.System.GetUtcNow();
        var statuses = new SortedDictionary<int, int>();
        using var client = FaultTenant.Client(app.Address, acme.Key);
        var number = 1000;
        string? health = null;
        while (TimeProvider.System.GetUtcNow() - goneAt < length)
        {
            using var sent = await client.PostAsync($"/v1/tenants/acme/events", Body(acme, number++, now));
            statuses[(int)sent.StatusCode] = statuses.GetValueOrDefault((int)sent.StatusCode) + 1;
            Must.Hold(sent.StatusCode == HttpStatusCode.ServiceUnavailable, $"Ingest answered {sent.StatusCode} while storage was away.");
            Must.Hold(sent.Headers.RetryAfter?.Delta > TimeSpan.Zero, "Ingest answered 503 without Retry-After.");
            using var ready = await client.GetAsync("/health/ready");
            Must.Hold(ready.StatusCode == HttpStatusCode.ServiceUnavailable, $"/health/ready answered {ready.StatusCode} while storage was away.");
            health = await ready.Content.ReadAsStringAsync();
            using var live = await client.GetAsync("/health/live");
            Must.Hold(live.StatusCode == HttpStatusCode.OK, "/health/live does not answer.");
        }

        Must.Hold(health?.Contains("storage_unavailable", StringComparison.Ordinal) == true, $"/health/ready does not say why: {health}");
        proxy.Share = 0;
        await Must.ComeAsync("Readiness", async () =>
        {
            using var ready = await client.GetAsync("/health/ready");
            return ready.IsSuccessStatusCode;
        });
        await acme.SendAsync([.. Enumerable.Range(2000, 100).Select(i => (i, now.AddSeconds(-i)))]);
        await Comparison.ExportIsWholeAsync(azurite.ConnectionString, acme, job, before);
        var stored = await Comparison.StoredOnceAsync(azurite.ConnectionString, acme);
        var answered = string.Join(", ", statuses.Select(pair => $"{pair.Value} × {pair.Key}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"## Storage away\n\nFor {length.TotalSeconds:F0} s no request reaches storage. Ingest answered {answered}, each with `Retry-After`; `/health/ready` 503 with `storage_unavailable`; `/health/live` 200. After it all went on by itself: an export that was asked for before ended whole, and of {stored} stored events each is stored once.\n");
    }

    private static StringContent Body(FaultTenant tenant, int number, DateTimeOffset now) =>
        new(JsonSerializer.Serialize(new[] { tenant.Event(number, now.AddSeconds(-number)) }), System.Text.Encoding.UTF8, "application/json");
}
