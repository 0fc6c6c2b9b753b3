using Azure;
using Azure.Core;
using Azure.Data.Tables;
using LoginAudit.Auth;
using LoginAudit.Log.Events;
using LoginAudit.Tenants;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.Storage;

public sealed class HookStoreTests(AzuriteFixture azurite)
{
    private static readonly TenantId Acme = TenantId.Parse("acme");
    private static readonly TenantId Zeta = TenantId.Parse("zeta");
    private static readonly HookId Id = HookId.Parse("0123456789abcdef0123456789abcdef");

    private static readonly Hook Sample = new(
        Id, Acme, "okta-main", "okta", HookInstance.Now,
        [
            new HookSecret("00000000aa", HookInstance.Now, HookInstance.Now.AddHours(24), "CfDJ8_old"),
            new HookSecret("00000000bb", HookInstance.Now.AddTicks(1), null, "CfDJ8_new"),
        ])
    {
        Settings = new HookSettings("https://idp.example.com", "a", "https://idp.example.com/m"),
    };

    [Fact]
    public async Task AddAsync_Hook_IsARowByItsIdAndARowInItsTenant()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());

        await app.Store.AddAsync(Sample, CancellationToken.None);

        var hook = Assert.Single(app.Clients.Webhooks.Query<TableEntity>());
        Assert.Equal(("0123456789abcdef0123456789abcdef", "hook"), (hook.PartitionKey, hook.RowKey));
        Assert.Equal(
            ["CreatedAt", "Kind", "Name", "PartitionKey", "RowKey", "Secrets", "Settings", "Tenant", "Timestamp", "odata.etag"],
            hook.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("acme", "okta-main", "okta"), (hook.GetString("Tenant"), hook.GetString("Name"), hook.GetString("Kind")));
        Assert.Equal(HookInstance.Now, hook.GetDateTimeOffset("CreatedAt"));
        Assert.Equal(
            """[{"id":"00000000aa","createdAt":"2026-09-01T12:00:00+00:00","expiresAt":"2026-09-02T12:00:00+00:00","protected":"CfDJ8_old"},"""
            + """{"id":"00000000bb","createdAt":"2026-09-01T12:00:00.0000001+00:00","protected":"CfDJ8_new"}]""",
            hook.GetString("Secrets"));
        Assert.Equal("""{"issuer":"https://idp.example.com","audience":"a","metadataUrl":"https://idp.example.com/m"}""", hook.GetString("Settings"));
        Assert.Equal(Sample.Settings, (await app.Store.FindAsync(Sample.Id, CancellationToken.None))!.Settings);

        var listed = Assert.Single(app.Clients.Tenants.Query<TableEntity>());
        Assert.Equal(("acme", "source_0123456789abcdef0123456789abcdef"), (listed.PartitionKey, listed.RowKey));
        Assert.Equal(["CreatedAt", "Kind", "Name", "PartitionKey", "RowKey", "Timestamp", "odata.etag"], listed.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("okta-main", "okta", HookInstance.Now), (listed.GetString("Name"), listed.GetString("Kind"), listed.GetDateTimeOffset("CreatedAt")));
    }

    [Fact]
    public async Task FindAsync_Id_IsOneReadOfTheWholeHook()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        await app.Store.AddAsync(Sample, CancellationToken.None);
        app.Requests.Clear();

        var found = await app.Store.FindAsync(Id, CancellationToken.None);

        Assert.EndsWith("/Webhooks(PartitionKey='0123456789abcdef0123456789abcdef',RowKey='hook')", Uri.UnescapeDataString(Assert.Single(app.Requests.Sent)), StringComparison.Ordinal);
        Assert.Equal((Id, Acme, "okta-main", "okta", HookInstance.Now), (found!.Id, found.Tenant, found.Name, found.Kind, found.CreatedAt));
        Assert.Equal(Sample.Secrets, found.Secrets);
        Assert.Null(await app.Store.FindAsync(HookId.Create(), CancellationToken.None));
    }

    [Fact]
    public void LiveSecrets_AtTheirEnd_AreOver()
    {
        Assert.Equal(["00000000aa", "00000000bb"], Sample.LiveSecrets(HookInstance.Now.AddHours(24).AddTicks(-1)).Select(s => s.Id), StringComparer.Ordinal);
        Assert.Equal(["00000000bb"], Sample.LiveSecrets(HookInstance.Now.AddHours(24)).Select(s => s.Id), StringComparer.Ordinal);
    }

    [Fact]
    public async Task AnyCall_ByAnotherTenant_FindsNothing()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        await app.Store.AddAsync(Sample, CancellationToken.None);

        Assert.Null(await app.Store.FindAsync(Zeta, Id, CancellationToken.None));
        Assert.Empty(await app.Store.ListAsync(Zeta, CancellationToken.None));
        Assert.False(await app.Store.DeleteAsync(Zeta, Id, CancellationToken.None));
        await app.Store.KillAllAsync(Zeta, CancellationToken.None);
        Assert.NotNull(await app.Store.FindAsync(Id, CancellationToken.None));
    }

    [Fact]
    public async Task ListAsync_Tenant_IsItsHooksAndNoOtherRows()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        var second = Sample with { Id = HookId.Parse("1123456789abcdef0123456789abcdef") };
        await app.Store.AddAsync(second, CancellationToken.None);
        await app.Store.AddAsync(Sample, CancellationToken.None);
        await app.Store.AddAsync(Sample with { Id = HookId.Create(), Tenant = Zeta }, CancellationToken.None);
        await new TenantStore(app.Clients).TrySaveAsync(new Tenant(Acme, "acme", 1, HookInstance.Now), CancellationToken.None);
        await new ApiKeyStore(app.Clients).AddAsync(Acme, new StoredKey("0123456789", new string('a', 64), ["read"], HookInstance.Now, null), CancellationToken.None);

        var hooks = await app.Store.ListAsync(Acme, CancellationToken.None);

        Assert.Equal([Id, second.Id], hooks.Select(hook => hook.Id));
        Assert.All(hooks, hook => Assert.Equal(2, hook.Secrets.Count));
        Assert.Single(await new ApiKeyStore(app.Clients).ListAsync(Acme, CancellationToken.None));
    }

    [Fact]
    public async Task AddAsync_CutOffBetweenItsWrites_IsListedDoesNotWorkAndCanBeDeleted()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        app.Requests.BeforeSend = message => ThrowAt(message, "POST", "/Webhooks");

        await Assert.ThrowsAsync<AggregateException>(() => app.Store.AddAsync(Sample, CancellationToken.None));
        app.Requests.BeforeSend = null;

        await AssertHalfAndDeleteAsync(app);
    }

    [Fact]
    public async Task DeleteAsync_CutOffBetweenItsWrites_IsListedDoesNotWorkAndCanBeDeleted()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        await app.Store.AddAsync(Sample, CancellationToken.None);
        app.Requests.BeforeSend = message => ThrowAt(message, "DELETE", "/Tenants");

        await Assert.ThrowsAsync<AggregateException>(() => app.Store.DeleteAsync(Acme, Id, CancellationToken.None));
        app.Requests.BeforeSend = null;

        await AssertHalfAndDeleteAsync(app);
    }

    [Fact]
    public async Task KillAllAsync_Tenant_KillsEveryHookAndMayBeRepeated()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        await app.Store.AddAsync(Sample, CancellationToken.None);
        await app.Store.AddAsync(Sample with { Id = HookId.Create() }, CancellationToken.None);

        await app.Store.KillAllAsync(Acme, CancellationToken.None);
        await app.Store.KillAllAsync(Acme, CancellationToken.None);

        Assert.Empty(app.Clients.Webhooks.Query<TableEntity>());
        Assert.Equal(2, (await app.Store.ListAsync(Acme, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task AddAsync_AnswersLost_IsAdded()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        var lost = 0;
        app.Requests.AfterAnswer = message =>
        {
            if (message.Request.Method == RequestMethod.Post && message.Response.Status == 204 && lost++ < 2)
            {
                throw new RequestFailedException(0, "lost", new IOException());
            }
        };

        await app.Store.AddAsync(Sample, CancellationToken.None);

        Assert.Equal(2, lost);
        Assert.Equal(Sample.Secrets, Assert.Single(await app.Store.ListAsync(Acme, CancellationToken.None)).Secrets);
    }

    [Fact]
    public async Task TryReplaceAsync_ChangedOrDeletedMeanwhile_IsFalse()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        await app.Store.AddAsync(Sample, CancellationToken.None);
        var read = (await app.Store.FindAsync(Id, CancellationToken.None))!;

        Assert.True(await app.Store.TryReplaceAsync(read with { Secrets = [Sample.Secrets[1]] }, CancellationToken.None));
        Assert.False(await app.Store.TryReplaceAsync(read, CancellationToken.None));
        Assert.Single((await app.Store.FindAsync(Id, CancellationToken.None))!.Secrets);
        await app.Store.DeleteAsync(Acme, Id, CancellationToken.None);
        Assert.False(await app.Store.TryReplaceAsync(read, CancellationToken.None));
        Assert.Null(await app.Store.FindAsync(Id, CancellationToken.None));
    }

    private static void ThrowAt(HttpMessage message, string method, string path)
    {
        if (message.Request.Method.Method == method && message.Request.Uri.Path.Contains(path, StringComparison.Ordinal))
        {
            throw new IOException("The process ends here.");
        }
    }

    private static async Task AssertHalfAndDeleteAsync(HookInstance app)
    {
        Assert.Null(await app.Store.FindAsync(Id, CancellationToken.None));
        var listed = Assert.Single(await app.Store.ListAsync(Acme, CancellationToken.None));
        Assert.Equal((Id, Acme, "okta-main", "okta", HookInstance.Now), (listed.Id, listed.Tenant, listed.Name, listed.Kind, listed.CreatedAt));
        Assert.Empty(listed.Secrets);
        Assert.True(await app.Store.DeleteAsync(Acme, Id, CancellationToken.None));
        Assert.Empty(app.Clients.Tenants.Query<TableEntity>());
        Assert.False(await app.Store.DeleteAsync(Acme, Id, CancellationToken.None));
    }
}
