using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using LoginAudit.Auth;
using LoginAudit.Log.Events;
using LoginAudit.Retention;
using LoginAudit.Storage;
using LoginAudit.Tenants;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static LoginAudit.Tests.EndToEnd.ExportCalls;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Tenants on storage accounts of their own.</summary>
public sealed class AccountTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Tenants_OnTwoAccounts_AreServedAndKeptEachInItsOwn()
    {
        var (home, far) = (await azurite.TakeAccountAsync(), await azurite.TakeAccountAsync());
        await using var app = await TestApp.StartAsync(azurite, Clock(), connectionString: home, settings: Placed("eu", far, "globex"));
        var acme = await app.CreateTenantAsync("acme");
        var globex = await app.CreateTenantAsync("globex", shards: 4);
        object[] broken = [new { }];
        foreach (var tenant in new[] { acme, globex })
        {
            Assert.Equal((300, 0), await tenant.IngestAsync(Enumerable.Range(0, 300).Select(Event)));
            Assert.Equal((0, 300), await tenant.IngestAsync(Enumerable.Range(0, 300).Select(Event)));
            using var rejected = await tenant.PostAsync("events", broken);
            Assert.Equal(HttpStatusCode.BadRequest, rejected.StatusCode);
        }

        foreach (var tenant in new[] { acme, globex })
        {
            Assert.Equal(300, (await tenant.SearchAllAsync("limit=70")).Count);
            Assert.Equal(15, (await tenant.SearchAllAsync("user=user-7")).Count);
            var id = await RequestAsync(tenant, """{"format":"ndjson"}""");
            await RunQueueAsync(app);
            var job = await tenant.GetJsonAsync($"exports/{id}");
            Assert.Equal(("ready", 300), (job.GetProperty("state").GetString(), job.GetProperty("rows").GetInt32()));
            using var link = await tenant.PostAsync($"exports/{id}/link", new { });
            var address = (await link.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!;
            Assert.Contains($"/{AccountOf(tenant == acme ? home : far)}/exports/{tenant.Id}/{id}.ndjson?", address, StringComparison.Ordinal);
            var file = await new BlobClient(tenant == acme ? home : far, "exports", $"{tenant.Id}/{id}.ndjson").DownloadContentAsync();
            Assert.Equal(300, file.Value.Content.ToString().Count(letter => letter == '\n'));
        }

        await app.StopTrailAsync();
        Assert.Equal(["acme", "globex"], await OwnersAsync(home, "Tenants"));
        Assert.Equal(["acme"], await OwnersAsync(home, "Login"));
        Assert.Equal(["globex"], await OwnersAsync(far, "Login"));
        Assert.Equal(["acme"], await OwnersAsync(home, "ExportJobs"));
        Assert.Equal(["globex"], await OwnersAsync(far, "ExportJobs"));
        Assert.Equal(["globex"], await OwnersAsync(far, "AccessTrail"));
        Assert.DoesNotContain("globex", await OwnersAsync(home, "AccessTrail"));
        Assert.Empty(await OwnersAsync(far, "Tenants"));
        Assert.All(await BlobsAsync(home), name => Assert.StartsWith("acme/", name, StringComparison.Ordinal));
        Assert.Equal(2, (await BlobsAsync(far)).Count(name => name.StartsWith("globex/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Retention_OnTwoAccounts_DropsTheDayInBoth()
    {
        var (home, far) = (await azurite.TakeAccountAsync(), await azurite.TakeAccountAsync());
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock, connectionString: home, settings: Placed("eu", far, "globex"));
        foreach (var tenant in new[] { await app.CreateTenantAsync("acme"), await app.CreateTenantAsync("globex") })
        {
            await tenant.IngestAsync([Event(1), Event(2)]);
        }

        await app.StopTrailAsync();
        clock.Advance(TimeSpan.FromDays(182));
        var run = await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);

        // Of each: the day's events, the days that were made ahead by nobody, and the trail of the calls.
        Assert.Equal(2, run.DroppedDayRows);
        Assert.Empty(await OwnersAsync(home, "LoginEvents20260901"));
        Assert.Empty(await OwnersAsync(far, "LoginEvents20260901"));
        Assert.Empty(await OwnersAsync(far, "LoginDays"));
    }

    [Fact]
    public async Task Delete_OfATenantElsewhere_LeavesNothingThere()
    {
        var (home, far) = (await azurite.TakeAccountAsync(), await azurite.TakeAccountAsync());
        await using var app = await TestApp.StartAsync(azurite, Clock(), connectionString: home, settings: Placed("eu", far, "globex"));
        var globex = await app.CreateTenantAsync("globex");
        await globex.IngestAsync([Event(1), Event(2)]);
        await RequestAsync(globex, """{"format":"csv"}""");
        await RunQueueAsync(app);
        await app.StopTrailAsync();

        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/globex", app.OperatorKey);
        var message = (await app.Services.GetRequiredService<StorageClients>().DeletionsQueue.PeekMessageAsync()).Value;
        var tenant = (await app.Services.GetRequiredService<TenantStore>().FindAsync(TenantId.Parse("globex"), CancellationToken.None))!;
        await app.Services.GetRequiredService<TenantDeletion>().RunAsync(
            BinaryData.FromObjectAsJson(new DeletionMessage(DeletionMessage.CurrentVersion, "globex", tenant.CreatedAt), JsonSerializerOptions.Web), CancellationToken.None);

        Assert.Null(message); // not visible yet
        Assert.Empty(await OwnersAsync(far, ""));
        Assert.Empty(await BlobsAsync(far));
        Assert.Empty(await OwnersAsync(home, "Tenants"));
    }

    [Fact]
    public async Task Tenant_PlacedElsewhereThanItWasMade_IsRefusedUntilTheSettingsAreRight()
    {
        var (home, far) = (await azurite.TakeAccountAsync(), await azurite.TakeAccountAsync());
        string key;
        await using (var before = await TestApp.StartAsync(azurite, Clock(), connectionString: home))
        {
            var acme = await before.CreateTenantAsync("acme");
            key = acme.Key;
            await acme.IngestAsync([Event(1)]);
        }

        await using (var wrong = await TestApp.StartAsync(azurite, Clock(), connectionString: home, settings: Placed("eu", far, "acme")))
        {
            using var search = await wrong.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", key);
            using var send = await wrong.SendAsync(HttpMethod.Post, "/v1/tenants/acme/events", key, new[] { Event(2) });

            Assert.Equal(HttpStatusCode.InternalServerError, search.StatusCode);
            Assert.Equal(HttpStatusCode.InternalServerError, send.StatusCode);
            Assert.Contains(wrong.Logs.Lines, line => line.Contains("MisplacedTenantException", StringComparison.Ordinal));
            Assert.Empty(await OwnersAsync(far, "Login"));
        }

        await using var right = await TestApp.StartAsync(azurite, Clock(), connectionString: home, settings: Placed("eu", far, "globex"));
        using var found = await right.SendAsync(HttpMethod.Get, "/v1/tenants/acme/events", key);
        Assert.Single((await found.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("events").EnumerateArray());
    }

    private static (string Name, string Value)[] Placed(string name, string connectionString, string tenants) =>
    [
        ("AuditStorage__Accounts__0__Name", name),
        ("AuditStorage__Accounts__0__ConnectionString", connectionString),
        ("AuditStorage__Accounts__0__Tenants", tenants),
    ];

    private static string AccountOf(string connectionString) =>
        connectionString.Split("AccountName=")[1].Split(';')[0];

    /// <summary>Whose rows are in an account's tables of such a name, without the day and shard of a partition.</summary>
    private static async Task<List<string>> OwnersAsync(string connectionString, string tablePrefix)
    {
        var owners = new SortedSet<string>(StringComparer.Ordinal);
        var service = new TableServiceClient(connectionString);
        await foreach (var table in service.QueryAsync())
        {
            if (table.Name.StartsWith(tablePrefix, StringComparison.Ordinal))
            {
                await foreach (var row in service.GetTableClient(table.Name).QueryAsync<TableEntity>(select: ["PartitionKey"]))
                {
                    owners.Add(row.PartitionKey.Split('_')[0]);
                }
            }
        }

        return [.. owners];
    }

    private static async Task<List<string>> BlobsAsync(string connectionString)
    {
        var names = new List<string>();
        foreach (var container in new[] { "exports", "rejected-events" })
        {
            await foreach (var blob in new BlobContainerClient(connectionString, container).GetBlobsAsync())
            {
                names.Add(blob.Name);
            }
        }

        return names;
    }
}
