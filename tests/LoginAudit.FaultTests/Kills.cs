using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using LoginAudit.LocalHost;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.FaultTests;

/// <summary>The app is killed in the middle of its work, and storage is stopped and started under load.</summary>
internal static class Kills
{
    private const int Senders = 4;
    private const int BatchEvents = 50;

    public static async Task<string> RunAsync(FaultOptions options) =>
        "## Kills\n\n" + await HostAsync(options) + await WorkAsync(options, "retention") + await WorkAsync(options, "deletion") + await StorageAsync(options);

    /// <summary>LocalHost is killed while events come in and exports are written; senders go on at its next start.</summary>
    private static async Task<string> HostAsync(FaultOptions options)
    {
        var kills = options.Pick(2, 12);
        var random = new Random(options.Seed);
        await using var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None);
        var data = Directory.CreateTempSubdirectory("loginaudit-kills").FullName;
        var port = Ports.FindFree(1);
        var address = new Uri($"http://127.0.0.1:{port}");
        // Before LocalHost starts, so that it finds a store that is not empty and adds no demo.
        using var acme = await CreateAsync(azurite.ConnectionString, address, "acme", shards: 2);
        using var globex = await CreateAsync(azurite.ConnectionString, address, "globex", shards: 1);
        using var stop = new CancellationTokenSource();
        var sending = Task.WhenAll(SendAsync(acme, TimeSpan.Zero, stop.Token), SendAsync(globex, TimeSpan.Zero, stop.Token));
        var jobs = new List<(string Id, List<string> Before)>();
        var unfinished = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            await using var host = await RunningLocalHost.StartAsync(port, data, azurite.ConnectionString, FaultApp.Settings);
            List<string> before;
            lock (acme.Acknowledged)
            {
                before = [.. acme.Acknowledged.Keys];
            }

            var job = await acme.CallAsync(HttpMethod.Post, "exports", new { format = "ndjson" }, idempotencyKey: $"{kill}");
            jobs.Add((job.GetProperty("id").GetString()!, before));
            await Task.Delay(random.Next(50, 1500));
            await host.KillAsync();
            unfinished += await IsUnfinishedAsync(azurite.ConnectionString, acme, jobs[^1].Id) ? 1 : 0;
        }

        await using (await RunningLocalHost.StartAsync(port, data, azurite.ConnectionString, FaultApp.Settings))
        {
            await Task.Delay(500);
            await stop.CancelAsync();
            await sending;
            foreach (var (id, before) in jobs)
            {
                await Comparison.ExportIsWholeAsync(azurite.ConnectionString, acme, id, before);
            }
        }

        Directory.Delete(data, recursive: true);
        Must.Hold(unfinished > 0, "No export was in the middle of its work when the host was killed.");
        var stored = await Comparison.StoredOnceAsync(azurite.ConnectionString, acme, globex);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"LocalHost was killed (`SIGKILL`) {kills} times while {Senders} senders of each of two tenants posted, {unfinished} times before an export of {jobs.Count} was ready: {acme.Acknowledged.Count + globex.Acknowledged.Count} events were acknowledged, {stored} are stored, each once, and every export is whole.\n\n");
    }

    private static async Task<FaultTenant> CreateAsync(string connectionString, Uri address, string id, int shards)
    {
        await using var app = await FaultApp.StartAsync(connectionString);
        using var made = await FaultTenant.CreateAsync(app.Address, id, shards);
        return made.At(address);
    }

    private static async Task<bool> IsUnfinishedAsync(string connectionString, FaultTenant tenant, string job)
    {
        var row = await new TableClient(connectionString, "ExportJobs").GetEntityAsync<TableEntity>(tenant.Id, $"job_{job}");
        return row.Value.GetString("State") is "queued" or "running";
    }

    /// <summary>Retention, or the deletion of a tenant, is killed again and again, and then comes to its end.</summary>
    private static async Task<string> WorkAsync(FaultOptions options, string work)
    {
        var random = new Random(options.Seed);
        await using var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None);
        await using var app = await FaultApp.StartAsync(azurite.ConnectionString);
        using var acme = await FaultTenant.CreateAsync(app.Address, "acme", shards: 4);
        using var globex = await FaultTenant.CreateAsync(app.Address, "globex");
        var now = TimeProvider.System.GetUtcNow();
        var events = options.Pick(400, 4000);
        foreach (var tenant in new[] { acme, globex })
        {
            foreach (var numbers in Enumerable.Range(0, events).Chunk(400))
            {
                await tenant.SendAsync([.. numbers.Select(i => (i, now.AddDays(-(i % 20)).AddTicks(-i)))]);
            }
        }

        // A clock 170 days ahead: the older half of the days is past its time.
        var argument = work == "deletion" ? "acme" : (now.UtcTicks + TimeSpan.FromDays(170).Ticks).ToString(CultureInfo.InvariantCulture);
        if (work == "deletion")
        {
            using var client = FaultTenant.Client(app.Address, FaultApp.Operator.ToString());
            using var deleted = await client.DeleteAsync(new Uri("/v1/tenants/acme", UriKind.Relative));
            Must.Hold((int)deleted.StatusCode == 202, $"DELETE answered {deleted.StatusCode}.");
        }

        var kills = 0;
        var most = options.Pick(3, 10);
        while (kills < most)
        {
            using var process = Start(work, azurite.ConnectionString, argument);
            await process.StandardOutput.ReadLineAsync();
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(random.Next(20, 100 * (kills + 1)))); // later each time
            if (process.HasExited)
            {
                Must.Hold(kills > 0, $"{work} came to its end before it was killed.");
                break;
            }

            process.Kill();
            await process.WaitForExitAsync();
            kills++;
        }

        using (var last = Start(work, azurite.ConnectionString, argument))
        {
            await last.WaitForExitAsync();
            Must.Hold(last.ExitCode == 0, $"The last run of {work} ended with {last.ExitCode}.");
        }

        var tables = new TableServiceClient(azurite.ConnectionString).Query().Select(table => table.Name).ToList();
        if (work == "deletion")
        {
            foreach (var table in tables)
            {
                // The trail of the operators tells of the deletion; the tenant's own is gone with it.
                var left = new TableClient(azurite.ConnectionString, table).Query<TableEntity>().FirstOrDefault(row => row.PartitionKey.Split('_')[0] == "acme");
                Must.Hold(left is null, $"{table} still holds a row of the deleted tenant.");
            }

            var others = await Comparison.StoredOnceAsync(azurite.ConnectionString, globex);
            return $"The deletion of a tenant of {events} events on 4 shards was killed {kills} times: nothing of it is left, and the {others} events of the other tenant are whole.\n\n";
        }

        var oldestKept = UtcDay.Of(now.AddDays(170 - 180).AddMinutes(-15));
        Must.Hold(!tables.Exists(name => name.StartsWith("LoginEvents", StringComparison.Ordinal) && string.CompareOrdinal(name, TableKeys.EventsTable(oldestKept)) < 0), "A day past its time is still there.");
        foreach (var tenant in new[] { acme, globex })
        {
            foreach (var (id, at) in tenant.Acknowledged.ToList())
            {
                if (UtcDay.Of(at) < oldestKept)
                {
                    tenant.Acknowledged.Remove(id);
                }
            }
        }

        var kept = await Comparison.StoredOnceAsync(azurite.ConnectionString, acme, globex);
        return $"Retention was killed {kills} times: the days past their time are gone, and the {kept} events of the others are whole.\n\n";
    }

    /// <summary>Azurite is stopped and started again while senders post: killed, it would lose what it acknowledged.</summary>
    private static async Task<string> StorageAsync(FaultOptions options)
    {
        var stops = options.Pick(1, 4);
        var data = Directory.CreateTempSubdirectory("loginaudit-azurite").FullName;
        var ports = Ports.FindFree(3);
        var azurite = await AzuriteProcess.StartAsync(ports, data, CancellationToken.None);
        var connectionString = azurite.ConnectionString;
        string line;
        await using (var app = await FaultApp.StartAsync(connectionString))
        {
            using var acme = await FaultTenant.CreateAsync(app.Address, "acme", shards: 2);
            using var globex = await FaultTenant.CreateAsync(app.Address, "globex");
            using var stop = new CancellationTokenSource();
            var pause = TimeSpan.FromMilliseconds(200); // on disk it writes its whole store again and again
            var sending = Task.WhenAll(SendAsync(acme, pause, stop.Token), SendAsync(globex, pause, stop.Token));
            for (var i = 0; i < stops; i++)
            {
                await Task.Delay(2000);
                await azurite.DisposeAsync();
                await Task.Delay(1000);
                azurite = await AzuriteProcess.StartAsync(ports, data, CancellationToken.None);
            }

            await Task.Delay(1000);
            await stop.CancelAsync();
            await sending;
            var stored = await Comparison.StoredOnceAsync(connectionString, acme, globex);
            line = $"Storage was stopped and started again {stops} times under load: {acme.Acknowledged.Count + globex.Acknowledged.Count} events were acknowledged, {stored} are stored, each once.\n";
        }

        await azurite.DisposeAsync();
        Directory.Delete(data, recursive: true);
        return line;
    }

    /// <summary>Several senders post new events until they are told to stop, and each of them again until it is taken.</summary>
    private static Task SendAsync(FaultTenant tenant, TimeSpan pause, CancellationToken stop)
    {
        var now = TimeProvider.System.GetUtcNow();
        var next = 0;
        return Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var first = Interlocked.Add(ref next, BatchEvents) - BatchEvents;
                    await tenant.SendAsync([.. Enumerable.Range(first, BatchEvents).Select(i => (i, now.AddMinutes(-(i % 5000)).AddTicks(-i)))]);
                    await Task.Delay(pause, CancellationToken.None);
                }
            },
            CancellationToken.None)));
    }

    private static Process Start(string work, string connectionString, string argument) => Process.Start(new ProcessStartInfo(
        "dotnet", [typeof(Kills).Assembly.Location, "worker", work, connectionString, argument])
    { RedirectStandardOutput = true, UseShellExecute = false })!;
}
