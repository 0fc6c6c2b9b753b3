using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using LoginAudit.Auth;
using LoginAudit.Storage;
using LoginAudit.Tenants;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>A tenant's life: made, suspended, deleted with all of its data, and made again.</summary>
public sealed class TenantTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Suspend_ATenant_RefusesItsKeysAtOnceAndKeepsItsData()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var acme = await app.CreateTenantAsync("acme");
        var other = await app.CreateTenantAsync("other");
        await acme.IngestAsync([Event(1)]);

        using var suspended = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { displayName = "Acme", suspended = true });
        using var ingest = await acme.PostAsync("events", new[] { Event(2) });
        using var search = await acme.GetAsync("events");
        using var export = await acme.PostAsync("exports", new { });
        using var byOperator = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", app.OperatorKey);
        using var ofOther = await other.GetAsync("events");
        using var stillSuspended = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { displayName = "Acme 2" });
        using var resumed = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { suspended = false });
        var found = await acme.SearchAllAsync("");

        Assert.Equal("suspended", (await suspended.ReadOkAsync()).GetProperty("state").GetString());
        foreach (var refused in new[] { ingest, search, export })
        {
            await refused.ReadProblemAsync(403, "tenant_suspended");
        }

        Assert.Single((await byOperator.ReadOkAsync()).GetProperty("events").EnumerateArray());
        Assert.Equal(200, (int)ofOther.StatusCode);
        Assert.Equal("suspended", (await stillSuspended.ReadOkAsync()).GetProperty("state").GetString());
        Assert.Equal("active", (await resumed.ReadOkAsync()).GetProperty("state").GetString());
        Assert.Single(found);
        var refusals = (await app.TrailAsync("acme", 9)).Where(entry => entry.GetProperty("status").GetInt32() == 403).Select(entry => entry.GetProperty("action").GetString());
        Assert.Equal(["export_request", "search"], refusals.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Delete_ATenant_CutsItOffAtOnceAndLeavesNothingOfItAndAllOfOthers()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var acme = await FillAsync(app, "acme", shards: 4);
        var others = new[] { await FillAsync(app, "acme-2", shards: 1), await FillAsync(app, "acm", shards: 1) };
        var before = await KeysOfAsync(app, "acme-2", "acm");
        await app.StopTrailAsync();

        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        using var withItsKey = await acme.GetAsync("events");
        using var byOperator = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", app.OperatorKey);
        using var made = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { });
        var shown = await app.OperatorGetAsync("/v1/tenants/acme");
        var left = await KeysOfAsync(app, "acme");
        await RunAsync(app, "acme");
        using var gone = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme", app.OperatorKey);
        using var again = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);

        Assert.Equal("deleting", (await JsonOf(deleted, 202)).GetProperty("state").GetString());
        await withItsKey.ReadProblemAsync(404, "not_found");
        await byOperator.ReadProblemAsync(404, "not_found");
        await made.ReadProblemAsync(409, "tenant_deleting");
        Assert.Equal("deleting", shown.GetProperty("state").GetString());
        Assert.True(left.Count > 500, $"{left.Count}");
        Assert.Empty(await KeysOfAsync(app, "acme"));
        await gone.ReadProblemAsync(404, "not_found");
        await again.ReadProblemAsync(404, "not_found");
        Assert.Equal(before, await KeysOfAsync(app, "acme-2", "acm"));
        Assert.All(others, other => Assert.NotEmpty(other.Key));
        foreach (var other in others)
        {
            Assert.Equal(200, (await other.SearchAllAsync("limit=1000")).Count);
        }
    }

    [Fact]
    public async Task Delete_ThenTheSameNameAgain_IsANewTenantWhoseEventsAreFound()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        var first = await FillAsync(app, "acme", shards: 4);
        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        await RunAsync(app, "acme");
        clock.Advance(TimeSpan.FromMinutes(1));

        var second = await app.CreateTenantAsync("acme");
        var counts = await second.IngestAsync([Event(1)]);
        var found = await second.SearchAllAsync("");
        using var withTheOldKey = await first.GetAsync("events");

        // The same process knew the day of the tenant before.
        Assert.Equal((1, 0), counts);
        Assert.Equal("1", Assert.Single(found).GetProperty("sourceEventId").GetString());
        await withTheOldKey.ReadProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task Delete_WorkerDiesAtAnyRequest_TheNextRunEndsTheWork()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await FillAsync(app, "acme", shards: 2);
        await app.StopTrailAsync();
        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        var message = await MessageAsync(app, "acme");
        var deletion = app.Services.GetRequiredService<TenantDeletion>();

        var deaths = 0;
        for (var step = 1; ; step += 3)
        {
            // The request does its work, and its answer never arrives.
            using var died = new CancellationTokenSource();
            var left = step;
            app.Requests.AfterAnswer = _ =>
            {
                if (--left == 0)
                {
                    died.Cancel();
                    died.Token.ThrowIfCancellationRequested();
                }
            };
            try
            {
                await deletion.RunAsync(message, died.Token);
                break;
            }
            catch (OperationCanceledException)
            {
                deaths++;
            }
        }

        app.Requests.AfterAnswer = null;
        Assert.True(deaths > 5, $"{deaths}");
        Assert.Empty(await KeysOfAsync(app, "acme"));
    }

    [Fact]
    public async Task Delete_MoreThanASliceOfWork_GoesOnWithAMessageToItself()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        await FillAsync(app, "acme", shards: 2);
        await app.StopTrailAsync();
        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        var queue = app.Services.GetRequiredService<StorageClients>().DeletionsQueue;
        await queue.ClearMessagesAsync();
        app.Requests.BeforeSend = _ => clock.Advance(TimeSpan.FromSeconds(20));

        var runs = 0;
        BinaryData? message = await MessageAsync(app, "acme");
        while (message is not null)
        {
            await app.Services.GetRequiredService<TenantDeletion>().RunAsync(message, CancellationToken.None);
            runs++;
            var next = (await queue.ReceiveMessageAsync()).Value;
            message = next?.Body;
            if (next is not null)
            {
                await queue.DeleteMessageAsync(next.MessageId, next.PopReceipt);
            }
        }

        app.Requests.BeforeSend = null;
        Assert.InRange(runs, 3, 100);
        Assert.Empty(await KeysOfAsync(app, "acme"));
    }

    [Fact]
    public async Task Delete_MessageOfAnEarlierTenantOfTheName_TouchesNothing()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        await FillAsync(app, "acme", shards: 1);
        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        var late = await MessageAsync(app, "acme");
        await RunAsync(app, "acme");
        clock.Advance(TimeSpan.FromMinutes(1));
        var second = await app.CreateTenantAsync("acme");
        await second.IngestAsync([Event(1)]);

        await app.Services.GetRequiredService<TenantDeletion>().RunAsync(late, CancellationToken.None);
        using var deletedAgain = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        await app.Services.GetRequiredService<TenantDeletion>().RunAsync(late, CancellationToken.None);

        Assert.Equal(202, (int)deletedAgain.StatusCode);
        Assert.Equal("deleting", (await app.OperatorGetAsync("/v1/tenants/acme")).GetProperty("state").GetString());
        Assert.NotEmpty(await KeysOfAsync(app, "acme"));
    }

    [Fact]
    public async Task Delete_ThroughTheRealQueue_IsDoneByTheFunction()
    {
        await using var app = await TestApp.StartAsync(azurite, pumps: true);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([new { sourceEventId = "1", occurredAt = TimeProvider.System.GetUtcNow().AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture), eventType = "login", result = "success" }]);
        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        var tenant = await app.Services.GetRequiredService<TenantStore>().FindAsync(LoginAudit.Log.Events.TenantId.Parse("acme"), CancellationToken.None);

        // A second message without the delay, which is there for calls that are still at work.
        await app.Services.GetRequiredService<DeletionQueue>().SendAsync(tenant!, TimeSpan.Zero, CancellationToken.None);

        for (var i = 0; i < 600; i++)
        {
            using var shown = await app.SendAsync(HttpMethod.Get, "/v1/tenants/acme", app.OperatorKey);
            if ((int)shown.StatusCode == 404)
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("The tenant is still there.");
    }

    [Fact]
    public async Task Delete_IsInTheTrailOfTheOperators()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");

        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        using var refused = await app.SendAsync(HttpMethod.Put, "/v1/tenants/acme", app.OperatorKey, new { });
        var trail = await app.TrailAsync("operator", 2);

        Assert.Equal(
            ["tenant_delete 202 acme", "tenant_put 409 acme"],
            trail.Select(e => $"{e.GetProperty("action").GetString()} {e.GetProperty("status").GetInt32()} {e.GetProperty("target").GetString()}").Order(StringComparer.Ordinal));
    }

    /// <summary>200 events of 20 days, a file of a bad batch, an export with its file, keys, and a trail.</summary>
    private static async Task<TestTenant> FillAsync(TestApp app, string id, int shards)
    {
        var tenant = await app.CreateTenantAsync(id, shards, "ingest", "read", "export");
        await tenant.IngestAsync(Enumerable.Range(0, 200).Select(Event));
        using var rejected = await tenant.PostEventsAsync("[{}]");
        using var requested = await tenant.PostAsync("exports", new { format = "csv" });
        var job = (await JsonOf(requested, 202)).GetProperty("id").GetString();
        var runner = app.Services.GetRequiredService<LoginAudit.Exports.ExportRunner>();
        await runner.RunAsync(BinaryData.FromString($"{{\"version\":1,\"tenant\":\"{id}\",\"jobId\":\"{job}\"}}"), 1, CancellationToken.None);
        await tenant.GetJsonAsync("events?limit=1");
        await app.TrailAsync(id, 4);
        return tenant;
    }

    private static object Event(int i) => new
    {
        sourceEventId = $"{i}",
        occurredAt = Now.AddHours(-2.4 * (i % 200) / 3).AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture),
        eventType = "login",
        result = "success",
        userId = $"user-{i % 7}",
        ip = $"203.0.113.{i % 9}",
    };

    private static async Task RunAsync(TestApp app, string tenant) =>
        await app.Services.GetRequiredService<TenantDeletion>().RunAsync(await MessageAsync(app, tenant), CancellationToken.None);

    private static async Task<BinaryData> MessageAsync(TestApp app, string tenant)
    {
        var found = await app.Services.GetRequiredService<TenantStore>().FindAsync(LoginAudit.Log.Events.TenantId.Parse(tenant), CancellationToken.None);
        return BinaryData.FromString(JsonSerializer.Serialize(new { version = 1, tenant, createdAt = found!.CreatedAt }));
    }

    /// <summary>Every row and blob of the account that belongs to one of the tenants.</summary>
    private static async Task<List<string>> KeysOfAsync(TestApp app, params string[] tenants)
    {
        var keys = new List<string>();
        var tables = new TableServiceClient(app.ConnectionString);
        await foreach (var table in tables.QueryAsync())
        {
            await foreach (var row in tables.GetTableClient(table.Name).QueryAsync<TableEntity>())
            {
                if (tenants.Contains(row.PartitionKey.Split('_')[0], StringComparer.Ordinal))
                {
                    keys.Add($"{table.Name} {row.PartitionKey} {row.RowKey}");
                }
            }
        }

        var blobs = new BlobServiceClient(app.ConnectionString);
        await foreach (var container in blobs.GetBlobContainersAsync())
        {
            await foreach (var blob in blobs.GetBlobContainerClient(container.Name).GetBlobsAsync())
            {
                if (tenants.Contains(blob.Name.Split('/')[0], StringComparer.Ordinal))
                {
                    keys.Add($"{container.Name} {blob.Name}");
                }
            }
        }

        return keys;
    }

    private static async Task<JsonElement> JsonOf(HttpResponseMessage answer, int status)
    {
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)answer.StatusCode == status, json.ToString());
        return json;
    }
}
