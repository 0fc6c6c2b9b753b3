using System.Net;
using System.Text.Json;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Log.Read;
using LoginAudit.Log.Tables;
using LoginAudit.Search;
using LoginAudit.Storage;
using LoginAudit.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Health;

/// <summary>
/// Makes the tables, queues and containers that must be there, and goes the way of a search once, so that the first
/// caller does not pay for connections and compilation. It runs beside the start and never stops it: while storage is
/// away it goes on trying.
/// </summary>
internal sealed partial class StartPreparation(
    StorageClients storage,
    ApiKeyStore keys,
    EventReader reader,
    EventSearch search,
    TimeProvider time,
    ILogger<StartPreparation> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>A reserved name, so nobody's log is read.</summary>
    private static readonly TenantId Nobody = TenantId.Parse(ApiKey.OperatorOwner);

    /// <summary>Tries until it is done, or the host stops.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? told = null;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await storage.EnsureAsync(stoppingToken);
                await WarmAsync(stoppingToken);
                Log.Prepared(logger);
                return;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it is: the app answers what it can, and /health/ready says what is missing.
                var failure = e.Describe();
                if (KindOf(failure) is var kind && kind != told)
                {
                    Log.NotPrepared(logger, failure);
                    told = kind;
                }
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WarmAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await keys.FindAsync(Nobody, "", cancellationToken);
        var query = new SearchParameters(new Dictionary<string, string[]>(StringComparer.Ordinal)).Parse(Nobody, now);
        await foreach (var _ in reader.ScanAsync(search.ScanOf(query), cancellationToken))
        {
            // Nobody has no events: this is for the requests.
        }

        var row = EventRows.Write(Example(now), Nobody.Value)[0];
        var page = new SearchPage([EventRows.Read(row, Nobody)], null, now, Complete: true);
        JsonSerializer.SerializeToUtf8Bytes(page, ApiJson.Options);
    }

    private static LoginEvent Example(DateTimeOffset at) => new()
    {
        Tenant = Nobody,
        Source = "example",
        SourceEventId = "1",
        OccurredAt = at,
        ReceivedAt = at,
        EventType = EventType.Login,
        Result = EventResult.Failure,
        Reason = Reason.InvalidCredentials,
        UserId = "example",
        Ip = IPAddress.Loopback,
        LoginMethod = LoginMethod.Password,
        ServiceType = ServiceType.PcWeb,
    };

    /// <summary>The first line: the exception's type, and the service's status and code.</summary>
    private static string KindOf(string failure) => failure.Split('\n', 2)[0];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Storage is complete: its tables, queues and containers are there.")]
        public static partial void Prepared(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "Storage could not be prepared; it is tried until it can: {Failure}")]
        public static partial void NotPrepared(ILogger logger, string failure);
    }
}
