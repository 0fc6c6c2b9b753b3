using System.Globalization;
using System.Text;
using LoginAudit.LocalHost;

namespace LoginAudit.FaultTests;

/// <summary>A proxy before storage answers wrongly, late, by half or not at all, to a share of the requests.</summary>
internal static class ProxyFaults
{
    private const int Senders = 4;
    private const int BatchEvents = 20;

    /// <summary>All requests fail for so long; then senders and workers go on by themselves.</summary>
    private static readonly TimeSpan WhileAllFail = TimeSpan.FromSeconds(3);

    private static readonly StorageFault[] Faults =
    [
        StorageFault.Busy, StorageFault.BusyWithRetryAfter, StorageFault.TooMany, StorageFault.TooManyWithRetryAfter, StorageFault.Silence, StorageFault.ResetBefore, StorageFault.ResetAfter, StorageFault.HalfAnswer, StorageFault.Latency,
    ];

    public static async Task<string> RunAsync(FaultOptions options)
    {
        var report = new StringBuilder(
            "## A proxy before storage\n\nBetween the SDK and storage a proxy answers a share of all requests to tables, blobs and queues with a fault, while senders post events until they are taken, an admin searches, and an export is asked for and written. At 100 % it does so for 3 s.\n\n| fault | share | requests | faults | events | searches | exports |\n|---|---|---|---|---|---|---|\n");
        foreach (var fault in options.Pick([StorageFault.Busy, StorageFault.TooManyWithRetryAfter, StorageFault.ResetAfter, StorageFault.HalfAnswer], Faults))
        {
            foreach (var share in options.Pick<double[]>([0.1, 1], [0.01, 0.1, 1]))
            {
                var line = await RunAsync(options, fault, share);
                Console.Write(line);
                report.Append(line);
            }
        }

        return report.ToString();
    }

    private static async Task<string> RunAsync(FaultOptions options, StorageFault fault, double share)
    {
        await using var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None);
        var firstPort = int.Parse(azurite.ConnectionString.Split("BlobEndpoint=http://127.0.0.1:")[1].Split('/')[0], CultureInfo.InvariantCulture);
        await using var proxy = await FaultProxy.StartAsync(new Random(options.Seed), Ports.FindFree(3), firstPort);
        await using var app = await FaultApp.StartAsync(proxy.Through(azurite.ConnectionString));
        using var acme = await FaultTenant.CreateAsync(app.Address, "acme");
        using var globex = await FaultTenant.CreateAsync(app.Address, "globex", shards: 2);
        FaultTenant[] tenants = [acme, globex];
        var now = TimeProvider.System.GetUtcNow();
        foreach (var tenant in tenants)
        {
            await tenant.SendAsync([.. Enumerable.Range(0, 200).Select(i => (i, now.AddMinutes(-i)))]);
        }

        var before = acme.Acknowledged.Keys.ToList();
        (proxy.Fault, proxy.Share) = (fault, share);
        var ending = share < 1 ? Task.CompletedTask : EndAsync();
        var searches = 0;
        var rounds = options.Pick(3, 10);
        var sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            var random = new Random(options.Seed + sender);
            for (var round = 0; round < rounds; round++)
            {
                var tenant = tenants[sender % tenants.Length];
                var first = 1000 + (((sender * rounds) + round) * BatchEvents);
                await tenant.SendAsync([.. Enumerable.Range(first, BatchEvents).Select(i => (i, now.AddMinutes(-(i % 2000)).AddTicks(-i)))]);
                if (random.Next(2) == 0)
                {
                    // A provider that lost the answer sends it again.
                    await tenant.SendAsync([.. Enumerable.Range(first, BatchEvents).Select(i => (i, now.AddMinutes(-(i % 2000)).AddTicks(-i)))]);
                }
            }
        })));
        var searching = Task.Run(async () =>
        {
            for (var i = 0; i < options.Pick(2, 5); i++)
            {
                var found = await acme.SearchAsync(i % 2 == 0 ? "" : "order=asc");
                Must.Hold(before.All(found.Contains), "A search lacks an event that was there when it began.");
                Must.Hold(found.Count == found.Distinct(StringComparer.Ordinal).Count(), "A search shows an event twice.");
                searches++;
            }
        });
        var job = (await acme.CallAsync(HttpMethod.Post, "exports", new { format = "ndjson" }, idempotencyKey: "one")).GetProperty("id").GetString()!;
        await Task.WhenAll(sending, searching);
        await Comparison.ExportIsWholeAsync(azurite.ConnectionString, acme, job, before);
        await ending;
        proxy.Share = 0;
        var stored = await Comparison.StoredOnceAsync(azurite.ConnectionString, tenants);
        var (requests, faults) = proxy.Seen;
        Must.Hold(faults > 0 || share < 0.1, "The proxy made no fault.");
        return string.Create(CultureInfo.InvariantCulture, $"| {Words(fault)} | {share:P0} | {requests} | {faults} | {stored} | {searches} | 1 |\n");

        async Task EndAsync()
        {
            await Task.Delay(WhileAllFail);
            proxy.Share = 0;
        }
    }

    private static string Words(StorageFault fault) => fault switch
    {
        StorageFault.Busy => "503",
        StorageFault.BusyWithRetryAfter => "503, `Retry-After: 1`",
        StorageFault.TooMany => "429",
        StorageFault.TooManyWithRetryAfter => "429, `Retry-After: 1`",
        StorageFault.Silence => "no answer",
        StorageFault.ResetBefore => "reset before the write",
        StorageFault.ResetAfter => "reset after the write",
        StorageFault.HalfAnswer => "half an answer",
        StorageFault.Latency => "2 s later",
        _ => fault.ToString(),
    };
}
