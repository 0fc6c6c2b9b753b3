using System.Globalization;
using LoginAudit.Retention;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

public sealed class RetentionTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Run_ADayPastItsTime_IsGoneForAllTenantsWithOneTableDelete()
    {
        var time = new FakeTimeProvider(Start);
        await using var app = await TestApp.StartAsync(azurite, time);
        var tenants = new[] { await app.CreateTenantAsync("acme"), await app.CreateTenantAsync("zeta") };
        foreach (var tenant in tenants)
        {
            await tenant.IngestAsync(Enumerable.Range(0, 150).Select(i => Event(i, Start.AddMinutes(-i - 1))));
            await tenant.IngestAsync([Event(1000, Start.AddDays(-1))]);
        }

        // The 14th is past its time 180 days after its end, at 2026-07-14T00:00Z; the 15th a day later.
        time.SetUtcNow(new DateTimeOffset(2026, 7, 14, 0, 30, 0, TimeSpan.Zero));
        app.Requests.Clear();
        var run = await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);
        var deletes = app.Requests.Sent.Where(sent => sent.StartsWith("DELETE ", StringComparison.Ordinal)).ToList();
        var again = await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);

        Assert.EndsWith("/Tables('LoginEvents20260114')", Assert.Single(deletes), StringComparison.Ordinal);
        Assert.Equal((1, 2), (run.DroppedTables, run.DroppedDayRows));
        Assert.Equal((0, 0), (again.DroppedTables, again.DroppedDayRows));
        Assert.Equal(150, (await tenants[0].SearchAllAsync("from=2026-01-15T00:30:00Z&to=2026-07-14T00:00:00Z&limit=1000")).Count);
    }

    [Fact]
    public async Task Search_PastItsTimeAndNotYetDropped_ShowsNothing()
    {
        var time = new FakeTimeProvider(Start);
        await using var app = await TestApp.StartAsync(azurite, time);
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync([Event(1, Start.AddHours(-1)), Event(2, Start.AddHours(-2))]);
        var id = (await acme.SearchAllAsync(""))[1].GetProperty("id").GetString();

        time.SetUtcNow(Start.AddDays(180).AddHours(-2));
        var atTheEdge = await acme.SearchAllAsync("from=2026-01-15T10:00:00Z");
        time.SetUtcNow(Start.AddDays(180).AddHours(-2).AddTicks(1));
        var past = await acme.SearchAllAsync("from=2026-01-15T10:00:00.0000001Z");
        using var single = await acme.GetAsync($"events/{id}");

        Assert.Equal(["2", "1"], atTheEdge.Select(e => e.GetProperty("sourceEventId").GetString()).OrderDescending(StringComparer.Ordinal));
        Assert.Equal(["1"], past.Select(e => e.GetProperty("sourceEventId").GetString()));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, single.StatusCode);
    }

    [Fact]
    public async Task Run_AfterAMissedWeek_DropsAllThatIsDueAndMakesTheNextDays()
    {
        var time = new FakeTimeProvider(Start);
        await using var app = await TestApp.StartAsync(azurite, time, settings: ("Retention__Days", "5"));
        var acme = await app.CreateTenantAsync("acme");
        await acme.IngestAsync(Enumerable.Range(0, 4).Select(i => Event(i, Start.AddDays(-i))));

        time.SetUtcNow(Start.AddDays(7));
        await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);
        app.Requests.Clear();
        await acme.IngestAsync([Event(10, Start.AddDays(7)), Event(11, Start.AddDays(7).AddMinutes(1))]);
        using var ready = await app.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.DoesNotContain(app.Requests.Sent, sent => sent.StartsWith("POST ", StringComparison.Ordinal) && sent.EndsWith("/Tables", StringComparison.Ordinal));
        Assert.Equal(
            """{"status":"ready","oldestDay":"20260122","lastRetentionRun":"2026-01-22T12:00:00.0000000Z"}""",
            await ready.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Run_OldBlobs_AreDeletedWhereTheTimerIsAskedTo()
    {
        // Blobs carry the emulator's own time, so the app's clock starts there.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var app = await TestApp.StartAsync(azurite, time);
        var acme = await app.CreateTenantAsync("acme");
        using var rejected = await acme.PostEventsAsync("""{"eventType":"login"}""");

        var early = await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromDays(180.1));
        var due = await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);

        Assert.Equal(0, early.DroppedBlobs);
        Assert.Equal(1, due.DroppedBlobs);
    }

    private static object Event(int number, DateTimeOffset at) => new
    {
        sourceEventId = $"{number}",
        occurredAt = at.ToString("O", CultureInfo.InvariantCulture),
        eventType = "login",
        result = "success",
        userId = "u1",
    };
}
