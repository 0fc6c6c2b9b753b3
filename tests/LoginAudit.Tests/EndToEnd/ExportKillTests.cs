using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using LoginAudit.Auth;
using LoginAudit.Exports;
using LoginAudit.LocalHost;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Tests.Exports;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using static LoginAudit.Tests.EndToEnd.ExportCalls;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>LocalHost, in a process of its own, is killed again and again while it writes a large file.</summary>
public sealed class ExportKillTests(ExportKillTests.Log log) : IClassFixture<ExportKillTests.Log>
{
    private const int Days = 175;

    // Half a million rows take a minute, so that a slice of two seconds is to the job what four minutes are to one of two hours.
    private static readonly (string Name, string Value)[] Settings =
        [("Exports__Slice", "00:00:02"), ("Exports__Lease", "00:00:04"), ("Exports__StartDelay", "00:00:00"), ("Exports__BlockBytes", "2097152")];

    [Fact]
    public async Task Export_KilledTwentyTimes_EndsWithTheSameFile()
    {
        var request = Request("csv", gzip: true, days: Days);
        var undisturbed = await UndisturbedAsync(request);

        var job = await KilledAsync(request, kills: 20);

        Assert.Equal(Log.Events, job.Rows);
        Assert.Equal(undisturbed.Sha256, job.Sha256);
        Assert.Equal(undisturbed.Bytes, job.Bytes);
        Assert.Equal(job.Sha256, Convert.ToHexStringLower(SHA256.HashData(await ContentAsync(job))));
        var blocks = await BlocksAsync(job);
        Assert.Equal((await BlocksAsync(undisturbed)).Select(block => block.Size), blocks.Select(block => block.Size));
        Assert.Equal(blocks.Count, blocks.Select(block => block.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task ExportOfParquet_KilledFiveTimes_EndsWithTheSameRows()
    {
        var request = Request("parquet", gzip: false, days: Days / 3);
        var undisturbed = await UndisturbedAsync(request);

        var job = await KilledAsync(request, kills: 5);

        Assert.Equal(undisturbed.Rows, job.Rows);
        var (left, right) = (await ContentAsync(undisturbed), await ContentAsync(job));
        Assert.Equal(job.Sha256, Convert.ToHexStringLower(SHA256.HashData(right)));
        Assert.Equal(ParquetFile.Query(left, "SELECT event_id FROM FILE"), ParquetFile.Query(right, "SELECT event_id FROM FILE"));
        Assert.Equal(ParquetFile.Query(left, "SELECT count(*), bit_xor(hash(rows)) FROM FILE rows"), ParquetFile.Query(right, "SELECT count(*), bit_xor(hash(rows)) FROM FILE rows"));
    }

    private static string Request(string format, bool gzip, int days)
    {
        var from = Log.End.AddDays(-days);
        return $$"""{"format":"{{format}}","gzip":{{(gzip ? "true" : "false")}},"language":"ko","timeZone":"Asia/Seoul","query":{"from":"{{from:O}}","to":"{{Log.End:O}}" } }""";
    }

    private async Task<ExportJob> UndisturbedAsync(string request)
    {
        var id = await RequestAsync(log.Acme, request);
        await RunQueueAsync(log.App);
        return await FindAsync(id);
    }

    private async Task<ExportJob> KilledAsync(string request, int kills)
    {
        var random = new Random(20260901);
        var id = await RequestAsync(log.Acme, request);
        var data = Directory.CreateTempSubdirectory().FullName;
        for (var kill = 0; kill < kills; kill++)
        {
            var before = await FindAsync(id);
            await using var host = await RunningLocalHost.StartAsync(Ports.FindFree(1), data, log.App.ConnectionString, Settings);
            await UntilAsync(id, job => job.State != before.State || (job.LeaseOwner is not null && job.LeaseOwner != before.LeaseOwner));
            if (kill % 4 == 3 && before.Format != ExportFormat.Parquet)
            {
                // Six workers in a row that die without a step forward end a job.
                await UntilAsync(id, job => job.Checkpoint != before.Checkpoint);
            }

            await Task.Delay(random.Next(1500));
            Assert.Equal(ExportState.Running, (await FindAsync(id)).State);
            await host.KillAsync();
        }

        await using (await RunningLocalHost.StartAsync(Ports.FindFree(1), data, log.App.ConnectionString, Settings))
        {
            await UntilAsync(id, job => job.State is not (ExportState.Queued or ExportState.Running));
        }

        Directory.Delete(data, recursive: true);
        return await FindAsync(id);
    }

    private async Task UntilAsync(string id, Func<ExportJob, bool> isReached)
    {
        var limit = TimeProvider.System.GetUtcNow().AddMinutes(5);
        while (!isReached(await FindAsync(id)))
        {
            Assert.True(TimeProvider.System.GetUtcNow() < limit, "The job does not come further.");
            await Task.Delay(50);
        }
    }

    private async Task<ExportJob> FindAsync(string id) =>
        (await log.App.Services.GetRequiredService<ExportJobStore>().FindAsync(TenantId.Parse("acme"), id, CancellationToken.None))!;

    private BlockBlobClient Blob(ExportJob job) => new(log.App.ConnectionString, "exports", $"acme/{job.Id}.{job.Extension}");

    private async Task<byte[]> ContentAsync(ExportJob job) => (await Blob(job).DownloadContentAsync()).Value.Content.ToArray();

    private async Task<List<BlobBlock>> BlocksAsync(ExportJob job) => [.. (await Blob(job).GetBlockListAsync()).Value.CommittedBlocks];

    /// <summary>Half a million events of one tenant, over 175 days, in an Azurite of its own; only the rows that an export reads.</summary>
    public sealed class Log : IAsyncLifetime
    {
        public const int Events = 500_000;

        private AzuriteProcess? _azurite;

        /// <summary>Of the newest day, in the past.</summary>
        public static DateTimeOffset End { get; } = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

        public TestApp App { get; private set; } = null!;

        public TestTenant Acme { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None);
            App = await TestApp.StartAsync(null!, connectionString: _azurite.ConnectionString, settings: ("Exports__BlockBytes", "2097152"));
            Acme = await App.CreateTenantAsync("acme");
            var tenant = (await App.Services.GetRequiredService<TenantStore>().FindAsync(TenantId.Parse("acme"), CancellationToken.None))!;
            for (var back = 1; back <= Days; back++)
            {
                await StoreAsync(tenant, back, (Events * back / Days) - (Events * (back - 1) / Days));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await _azurite!.DisposeAsync();
        }

        private async Task StoreAsync(Tenant tenant, int back, int count)
        {
            var day = UtcDay.Of(End.AddDays(-back));
            await App.Services.GetRequiredService<DayIndex>().OpenDayAsync(tenant.Log, day, CancellationToken.None);
            var table = new TableClient(App.ConnectionString, TableKeys.EventsTable(day));
            await table.CreateIfNotExistsAsync();
            var partition = TableKeys.EventsPartition(tenant.Id, day, 1, 0);
            await Parallel.ForEachAsync(
                Enumerable.Range(0, count).Chunk(TableLimits.TransactionRows),
                new ParallelOptions { MaxDegreeOfParallelism = 4 },
                async (numbers, token) => await table.SubmitTransactionAsync(
                    numbers.Select(number => new TableTransactionAction(
                        TableTransactionActionType.Add, EventRows.Write(Event(tenant.Id, back, number), partition)[0])),
                    token));
        }

        private static LoginEvent Event(TenantId tenant, int back, int number) => new()
        {
            Tenant = tenant,
            Source = "keycloak-main",
            SourceEventId = string.Create(CultureInfo.InvariantCulture, $"{back}-{number}"),
            OccurredAt = End.AddDays(-back).AddTicks(number * (TimeSpan.TicksPerDay / 3000)),
            ReceivedAt = End,
            EventType = EventType.Login,
            Result = number % 7 == 0 ? EventResult.Failure : EventResult.Success,
            Reason = number % 7 == 0 ? Reason.InvalidCredentials : null,
            UserId = string.Create(CultureInfo.InvariantCulture, $"u-{number % 1000}"),
            LoginId = string.Create(CultureInfo.InvariantCulture, $"user{number % 1000}@example.com"),
            Ip = new IPAddress([203, 0, 113, (byte)(number % 250)]),
            LoginMethod = LoginMethod.Password,
            ServiceType = ServiceType.PcWeb,
            UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        };
    }
}
