using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Log.Write;

namespace LoginAudit.Benchmarks;

/// <summary>Sign-ins of a thousand users, the same for each run.</summary>
internal static class Load
{
    public const string OncePerDay = "rare@example.com";
    public const string RareWord = "Zebrowski";
    public const string OneAddress = "203.0.113.77";
    public const string Block = "198.51.0.0/16";

    /// <summary>The end of the newest day: the past, so that no event is ahead of the clock.</summary>
    public static DateTimeOffset End { get; } = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>The events of a day, counted back from the newest.</summary>
    public static IEnumerable<LoginEvent> Day(TenantId tenant, int back, int count)
    {
        var random = new Random(back);
        var start = End.AddDays(-back - 1);
        for (var i = 0; i < count; i++)
        {
            var user = random.Next(1000);
            var failed = random.Next(100) < 15;
            yield return new LoginEvent
            {
                Tenant = tenant,
                Source = "benchmark",
                SourceEventId = string.Create(CultureInfo.InvariantCulture, $"{back}-{i}"),
                OccurredAt = start.AddTicks(random.NextInt64(TimeSpan.TicksPerDay)),
                ReceivedAt = End,
                EventType = EventType.Login,
                Result = failed ? EventResult.Failure : EventResult.Success,
                Reason = failed ? random.Next(20) == 0 ? Reason.AccountLocked : Reason.InvalidCredentials : null,
                UserId = string.Create(CultureInfo.InvariantCulture, $"u-{user}"),
                LoginId = i == 0 ? OncePerDay : string.Create(CultureInfo.InvariantCulture, $"user{user}@example.com"),
                UserName = random.Next(1000) == 0 ? $"Anna {RareWord}" : string.Create(CultureInfo.InvariantCulture, $"User {user}"),
                Ip = IPAddress.Parse(i == 0 ? OneAddress : random.Next(100) == 0
                    ? string.Create(CultureInfo.InvariantCulture, $"198.51.{random.Next(256)}.{random.Next(256)}")
                    : string.Create(CultureInfo.InvariantCulture, $"192.0.{random.Next(20)}.{random.Next(250)}")),
                LoginMethod = LoginMethod.Password,
                ServiceType = ServiceType.PcWeb,
                UserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
            };
        }
    }

    /// <summary>The body of a call that sends them.</summary>
    public static byte[] Body(IReadOnlyCollection<LoginEvent> events) =>
        JsonSerializer.SerializeToUtf8Bytes<object>(events.Count == 1 ? Native(events.Single()) : events.Select(Native));

    /// <summary>As a sender writes it: without what LoginAudit itself gives an event.</summary>
    private static JsonObject Native(LoginEvent e)
    {
        var json = JsonSerializer.SerializeToNode(e, ApiJson.Options)!.AsObject();
        foreach (var ours in new[] { "id", "tenantId", "receivedAt" })
        {
            json.Remove(ours);
        }

        return json;
    }

    /// <summary>Only the rows that an export reads, a fourth of all.</summary>
    public static async Task StoreRowsAsync(BenchmarkApp app, Tenant tenant, BenchmarkOptions options)
    {
        for (var back = 0; back < options.Days; back++)
        {
            var day = UtcDay.Of(End.AddDays(-back - 1));
            var table = app.Get<TableAccounts>().Of(tenant.Id).EventsOf(day);
            await table.CreateIfNotExistsAsync();
            await app.Get<DayIndex>().OpenDayAsync(tenant.Log, day, CancellationToken.None);
            var partition = TableKeys.EventsPartition(tenant.Id, day, 1, 0);
            await Parallel.ForEachAsync(
                Day(tenant.Id, back, options.Events / options.Days).Chunk(TableLimits.TransactionRows),
                new ParallelOptions { MaxDegreeOfParallelism = 4 },
                async (events, token) => await table.SubmitTransactionAsync(
                    events.Select(e => new TableTransactionAction(TableTransactionActionType.Add, EventRows.Write(e, partition)[0])), token));
        }
    }

    public static async Task StoreAsync(EventWriter writer, Tenant tenant, int events, int days)
    {
        for (var back = 0; back < days; back++)
        {
            foreach (var batch in Day(tenant.Id, back, events / days).Chunk(1000))
            {
                await writer.WriteAsync(tenant.Log, batch, mayComplete: false, CancellationToken.None);
            }
        }
    }
}
