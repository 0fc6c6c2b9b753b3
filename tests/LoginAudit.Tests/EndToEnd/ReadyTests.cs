using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using LoginAudit.Log.Tables;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Storage at the start of the app, and what <c>/health/ready</c> says of it.</summary>
public sealed class ReadyTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Ready_OnAnEmptyAccount_NamesAllThatIsMissing()
    {
        await using var app = await TestApp.StartAsync(
            azurite, new FakeTimeProvider(Now), storage: StorageAtStart.Empty);

        using var answer = await AskAsync(app);

        var problem = await answer.ReadProblemAsync(503, "storage_unavailable");
        Assert.Equal(
            [
                "container data-protection", "container exports", "container rejected-events",
                "queue exports", "queue tenant-deletions",
                "table ExportJobs", "table Heartbeats", "table LoginDays", "table Tenants", "table Webhooks",
            ],
            problem.GetProperty("errors").EnumerateArray()
                .Select(e => e.GetProperty("field").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(5, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
    }

    [Theory]
    [InlineData("table Webhooks")]
    [InlineData("queue tenant-deletions")]
    [InlineData("container exports")]
    public async Task Ready_OnePartIsMissing_NamesIt(string part)
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        var name = part.Split(' ')[1];
        await (part.Split(' ')[0] switch
        {
            "table" => new TableClient(app.ConnectionString, name).DeleteAsync(),
            "queue" => new QueueClient(app.ConnectionString, name).DeleteAsync(),
            _ => (Task)new BlobContainerClient(app.ConnectionString, name).DeleteAsync(),
        });

        using var answer = await AskAsync(app);

        var errors = (await answer.ReadProblemAsync(503, "storage_unavailable")).GetProperty("errors");
        Assert.Equal(part, Assert.Single(errors.EnumerateArray()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Ready_PartOfAnotherAccountIsMissing_NamesTheAccountToo()
    {
        var west = await azurite.TakeAccountAsync();
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now), settings:
        [
            ("AuditStorage__Accounts__0__Name", "west"),
            ("AuditStorage__Accounts__0__ConnectionString", west),
            ("AuditStorage__Accounts__0__Tenants", "acme"),
        ]);
        await new TableClient(west, "LoginDays").DeleteAsync();

        using var answer = await AskAsync(app);

        var errors = (await answer.ReadProblemAsync(503, "storage_unavailable")).GetProperty("errors");
        var error = Assert.Single(errors.EnumerateArray());
        Assert.Equal("table LoginDays of account 'west'", error.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Ready_AskedByMany_LooksOnceIn5Seconds()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock);
        app.Requests.Clear();

        foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AskAsync(app))))
        {
            Assert.Equal(200, (int)answer.StatusCode);
            answer.Dispose();
        }

        Assert.Equal(8, app.Requests.Sent.Count);
        await new QueueClient(app.ConnectionString, "exports").DeleteAsync();
        clock.Advance(TimeSpan.FromSeconds(4.9));
        using var still = await AskAsync(app);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        using var then = await AskAsync(app);

        Assert.Equal(200, (int)still.StatusCode);
        Assert.Equal(503, (int)then.StatusCode);
    }

    [Fact]
    public async Task Start_OnAnEmptyAccount_MakesWhatMustBeThere()
    {
        var clock = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, clock, storage: StorageAtStart.MadeByTheApp);

        await UntilAsync(app, clock, () => IsLogged(app, "Storage is complete"));

        using var answer = await AskAsync(app);
        Assert.Equal("""{"status":"ready"}""", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Start_WhileStorageIsAway_ServesAndGoesOnTrying()
    {
        var clock = new FakeTimeProvider(Now);
        var account = await azurite.TakeAccountAsync();
        var tries = 0;
        var isAway = true;
        var away = new StorageRequests
        {
            BeforeSend = _ =>
            {
                if (isAway)
                {
                    Interlocked.Increment(ref tries);
                    throw new RequestFailedException(403, "Secret words.", "AuthorizationPermissionMismatch", null);
                }
            },
        };
        await using var app = await TestApp.StartAsync(
            azurite,
            clock,
            connectionString: account,
            configure: services => AddHook(services, away),
            storage: StorageAtStart.MadeByTheApp);
        using var live = await app.Client.GetAsync(new Uri("/health/live", UriKind.Relative));
        Assert.Equal(200, (int)live.StatusCode);

        await UntilAsync(app, clock, () => tries >= 3);
        isAway = false;
        await UntilAsync(app, clock, () => IsLogged(app, "Storage is complete"));

        var told = Assert.Single(
            app.Logs.Lines, line => line.Contains("Storage could not be prepared", StringComparison.Ordinal));
        Assert.Contains("status 403, code AuthorizationPermissionMismatch", told, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("Secret words", StringComparison.Ordinal));
        using var answer = await AskAsync(app);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Stop_WhileStorageIsAway_Ends()
    {
        var away = new StorageRequests { BeforeSend = _ => throw new RequestFailedException(403, "No.") };
        await using var app = await TestApp.StartAsync(
            azurite,
            new FakeTimeProvider(Now),
            configure: services => AddHook(services, away),
            storage: StorageAtStart.MadeByTheApp);
        await UntilAsync(app, clock: null, () => IsLogged(app, "Storage could not be prepared"));

        await app.StopAsync();
    }

    private static void AddHook(IServiceCollection services, StorageRequests requests) =>
        services.AddSingleton<StoragePipelineHook>(
            options => options.AddPolicy(requests, HttpPipelinePosition.PerCall));

    private static Task<HttpResponseMessage> AskAsync(TestApp app) =>
        app.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));

    private static bool IsLogged(TestApp app, string text) =>
        app.Logs.Lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    private static async Task UntilAsync(TestApp app, FakeTimeProvider? clock, Func<bool> isReached)
    {
        for (var i = 0; !isReached(); i++)
        {
            Assert.True(i < 600, string.Join('\n', app.Logs.Lines.TakeLast(20)));
            clock?.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(50);
        }
    }
}
