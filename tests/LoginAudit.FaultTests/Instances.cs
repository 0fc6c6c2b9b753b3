using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LoginAudit.LocalHost;
using LoginAudit.Log.Events;
using LoginAudit.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.FaultTests;

/// <summary>Two instances of the app on one storage.</summary>
internal static class Instances
{
    public static async Task<string> RunAsync(FaultOptions options)
    {
        await using var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None);
        await using var left = await FaultApp.StartAsync(azurite.ConnectionString);
        await using var right = await FaultApp.StartAsync(azurite.ConnectionString);
        using var acme = await FaultTenant.CreateAsync(left.Address, "acme");
        using var there = acme.At(right.Address);
        var now = TimeProvider.System.GetUtcNow();
        var batches = options.Pick(20, 200);
        const int batchEvents = 50;

        // The same events by both at once.
        await Parallel.ForEachAsync(Enumerable.Range(0, batches * 2), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var batch = Enumerable.Range(i / 2 * batchEvents, batchEvents).Select(number => (number, now.AddMinutes(-(number % 1000) * 5).AddTicks(-number))).ToList();
            await (i % 2 == 0 ? acme : there).SendAsync(batch);
        });
        var sum = acme.Accepted + there.Accepted;
        Must.Hold(sum == batches * batchEvents, $"Two instances called {sum} events accepted, of {batches * batchEvents}.");

        // Exports, asked of both, written by whichever takes the message.
        var jobs = new List<string>();
        for (var i = 0; i < options.Pick(4, 20); i++)
        {
            jobs.Add((await (i % 2 == 0 ? acme : there).CallAsync(HttpMethod.Post, "exports", new { format = "ndjson" })).GetProperty("id").GetString()!);
        }

        foreach (var job in jobs)
        {
            await Comparison.ExportIsWholeAsync(azurite.ConnectionString, there, job, acme.Acknowledged.Keys);
        }

        await ChangeTenantAsync(options, left, right);
        foreach (var (id, at) in there.Acknowledged)
        {
            acme.Acknowledged[id] = at;
        }

        var stored = await Comparison.StoredOnceAsync(azurite.ConnectionString, acme);
        var found = await there.SearchAsync("");
        Must.Hold(found.Count == stored, $"A search of the other instance finds {found.Count} of {stored} events.");
        var kept = await DropAsync(azurite.ConnectionString, acme, now);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"## Two instances\n\nTwo instances took the same {batches * batchEvents} events at once: {stored} are stored, each once, and the two together called as many accepted. {jobs.Count} exports that were asked of both are whole. They changed one tenant at once: no change was lost. Both ran retention at once, 179 days later: the older days are gone, and the {kept} events of the others are whole.\n");
    }

    /// <summary>Retention by two instances at once, when a part of the days is past its time.</summary>
    private static async Task<int> DropAsync(string connectionString, FaultTenant tenant, DateTimeOffset now)
    {
        var clock = new ShiftedClock(TimeSpan.FromDays(179));
        await using var left = await FaultApp.StartAsync(connectionString, clock);
        await using var right = await FaultApp.StartAsync(connectionString, clock);
        await Task.WhenAll(new[] { left, right }.Select(app => app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None)));
        var oldestKept = UtcDay.Of(now.AddDays(-1).AddMinutes(-15));
        var past = tenant.Acknowledged.Where(pair => UtcDay.Of(pair.Value) < oldestKept).Select(pair => pair.Key).ToList();
        past.ForEach(id => tenant.Acknowledged.Remove(id));
        var kept = await Comparison.StoredOnceAsync(connectionString, tenant);
        Must.Hold(past.Count > 0 && kept == tenant.Acknowledged.Count, $"{kept} events are stored, of {tenant.Acknowledged.Count} that are not past their time.");
        return kept;
    }

    /// <summary>Both make keys, rotate them and change the settings; a key that one revoked opens nothing at the other.</summary>
    private static async Task ChangeTenantAsync(FaultOptions options, FaultApp left, FaultApp right)
    {
        using var one = FaultTenant.Client(left.Address, FaultApp.Operator.ToString());
        using var other = FaultTenant.Client(right.Address, FaultApp.Operator.ToString());
        HttpClient[] clients = [one, other];
        var keys = options.Pick(4, 20);
        var made = await Task.WhenAll(Enumerable.Range(0, keys).Select(async i =>
        {
            using var put = await clients[i % 2].PutAsJsonAsync("/v1/tenants/acme", new { displayName = $"Acme {i}", shards = 1 });
            Must.Hold(put.IsSuccessStatusCode, $"PUT answered {put.StatusCode}.");
            using var answer = await clients[i % 2].PostAsJsonAsync("/v1/tenants/acme/keys", new { roles = new[] { "read" } });
            Must.Hold(answer.StatusCode == HttpStatusCode.Created, $"A key was answered {answer.StatusCode}.");
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }));
        var listed = await other.GetFromJsonAsync<JsonElement>("/v1/tenants/acme/keys");
        Must.Hold(listed.GetProperty("keys").GetArrayLength() == keys + 1, "A key that one of two instances made is lost.");
        foreach (var (key, i) in made.Select((key, i) => (key, i)))
        {
            using var reader = FaultTenant.Client(clients[(i + 1) % 2].BaseAddress!, key.GetProperty("key").GetString()!);
            using var opened = await reader.GetAsync(new Uri("/v1/tenants/acme/events?limit=1", UriKind.Relative));
            Must.Hold(opened.StatusCode == HttpStatusCode.OK, $"A key of the other instance was answered {opened.StatusCode}.");
            using var revoked = await clients[i % 2].DeleteAsync(new Uri($"/v1/tenants/acme/keys/{key.GetProperty("id").GetString()}", UriKind.Relative));
            Must.Hold(revoked.IsSuccessStatusCode, $"A revocation was answered {revoked.StatusCode}.");
            using var shut = await reader.GetAsync(new Uri("/v1/tenants/acme/events?limit=1", UriKind.Relative));
            Must.Hold(shut.StatusCode == HttpStatusCode.Unauthorized, $"A revoked key was answered {shut.StatusCode} by the other instance.");
        }
    }
}
