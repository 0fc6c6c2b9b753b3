using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using LoginAudit.Auth;
using LoginAudit.Exports;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;

namespace LoginAudit.Benchmarks;

/// <summary>Whole exports, beside a loop that reads the same rows with the SDK alone and writes the same bytes to a blob.</summary>
internal static class ExportBenchmark
{
    private const int FewEvents = 10_000;
    private const int MostMemoryAboveFew = 64;

    /// <summary>A fifth of the days, as dense as all, says as much of speed.</summary>
    private const int DaysForEachOfSpeed = 5;

    private static readonly Tenant Acme = new(TenantId.Parse("acme"), "Acme", 1, Load.End);

    private static readonly ExportRequest[] Formats =
    [
        new("csv", Gzip: true, Language: "ko", TimeZone: "Asia/Seoul"),
        new("ndjson"),
        new("ndjson", Gzip: true),
        new("ocsf", Gzip: true),
        new("parquet"),
    ];

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var app = await BenchmarkApp.StartAsync();
        var days = Math.Min(options.Days, 179);
        await Load.StoreRowsAsync(app, Acme, options with { Days = days });
        var report = new StringBuilder("## Exports\n\n");
        report.Append(CultureInfo.InvariantCulture, $"{options.Events} events over {days} days. ");
        report.Append("A period, whole, to its end: read, formatted, packed, stored, and read back for its digest. Bare: a loop that reads the same rows with the SDK, a page after the other, and writes the same bytes to a blob in as many blocks; it formats and packs nothing. Rows, MiB and speed are of a fifth of the days. Memory: the peak working set of a process that writes all of them and does nothing else, above that of the same for 10,000 rows.\n\n| format | rows | MiB | rows/s, ours | bare | share of bare | table requests per 1,000 rows, all days | MiB of memory, 10,000 rows | all days | more |\n|---|---|---|---|---|---|---|---|---|---|\n");
        var some = Math.Max(1, days / DaysForEachOfSpeed);
        foreach (var format in Formats)
        {
            var job = await WriteAsync(app, format, some);
            var content = (await Blob(app, job).DownloadContentAsync()).Value.Content;
            var (ours, bare) = await BenchmarkApp.CompareAsync(
                options,
                () => WriteAsync(app, format, some),
                () => BareAsync(app, some, content));
            var (few, _, _) = await WorkerAsync(app, format, Math.Max(1, days * FewEvents / options.Events));
            var (all, requests, rows) = await WorkerAsync(app, format, days);
            var name = format.Gzip ? $"{format.Format}.gz" : format.Format;
            report.Append(CultureInfo.InvariantCulture, $"| {name} | {job.Rows} | {job.Bytes / 1048576.0:F1} | {job.Rows / ours * 1000:F0} | {job.Rows / bare * 1000:F0} | {bare / ours:F2} | {requests * 1000.0 / rows:F2} | {few} | {all} | {all - few} |\n");
            Bound.AtMost($"MiB of memory for {name}, above those of 10,000 rows", all - few, MostMemoryAboveFew);
            if (options.Events >= 1000 * days)
            {
                Bound.AtMost($"table requests for {name}, per 10,000 rows", requests * 10_000L / rows, 11);
            }
        }

        return report.ToString();
    }

    /// <summary>In a process of its own: <c>export-worker {connection string} {job}</c>.</summary>
    /// <returns>Its peak working set, in MiB, and how many requests it sent to tables.</returns>
    public static async Task<string> WorkAsync(string connectionString, string jobId)
    {
        await using var app = BenchmarkApp.Over(connectionString);
        await RunAsync(app, jobId);
        using var process = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"{process.PeakWorkingSet64 / 1048576} {app.Requests.SentToTables}");
    }

    private static async Task<ExportJob> WriteAsync(BenchmarkApp app, ExportRequest format, int days)
    {
        var id = await RequestAsync(app, format, days);
        await RunAsync(app, id);
        var job = await FindAsync(app, id);
        return job.State == ExportState.Ready ? job : throw new InvalidOperationException($"The export is {job.State}: {job.Failure}");
    }

    private static async Task<string> RequestAsync(BenchmarkApp app, ExportRequest format, int days)
    {
        var call = new Call(new Caller(CallerKind.Key, "benchmark", [Acme.Id], [Role.Export]), Acme);
        var period = JsonSerializer.SerializeToElement(IsoTime.Text(Load.End.AddDays(-days)));
        var end = JsonSerializer.SerializeToElement(IsoTime.Text(Load.End));
        var query = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["from"] = period, ["to"] = end };
        return (await app.Get<ExportService>().RequestAsync(call, format with { Query = query }, null, CancellationToken.None)).Id;
    }

    private static Task RunAsync(BenchmarkApp app, string jobId) => app.Get<ExportRunner>().RunAsync(
        BinaryData.FromObjectAsJson(new ExportMessage(ExportMessage.CurrentVersion, Acme.Id.Value, jobId), JsonSerializerOptions.Web), 1, CancellationToken.None);

    private static async Task<ExportJob> FindAsync(BenchmarkApp app, string id) =>
        (await app.Get<ExportJobStore>().FindAsync(Acme.Id, id, CancellationToken.None))!;

    private static BlockBlobClient Blob(BenchmarkApp app, ExportJob job) =>
        app.Get<StorageClients>().Of(job.Tenant).ExportsContainer.GetBlockBlobClient(StoreKeys.ExportBlob(job.Tenant, job.Id, job.Extension));

    private static async Task BareAsync(BenchmarkApp app, int days, BinaryData content)
    {
        const int rowsInBlock = 6000;
        var storage = app.Get<TableAccounts>().Of(Acme.Id);
        var blob = app.Get<StorageClients>().Of(Acme.Id).ExportsContainer.GetBlockBlobClient("bare");
        var rows = 0;
        for (var back = 0; back < days; back++)
        {
            var day = UtcDay.Of(Load.End.AddDays(-back - 1));
            var filter = TableFilters.Events(TableKeys.EventsPartition(Acme.Id, day, 1, 0), TableKeys.Rows(TableKeys.AllRows, day.Start.Ticks, day.End.Ticks), "");
            await foreach (var page in storage.EventsOf(day).QueryAsync<TableEntity>(filter, 1000, EventRows.SearchColumns).AsPages())
            {
                rows += page.Values.Count;
            }
        }

        var blocks = Math.Max(1, rows / rowsInBlock);
        var size = (content.ToMemory().Length + blocks - 1) / blocks;
        var names = new List<string>();
        for (var i = 0; i < blocks; i++)
        {
            names.Add(Convert.ToBase64String(Encoding.ASCII.GetBytes(i.ToString("D6", CultureInfo.InvariantCulture))));
            var left = content.ToMemory()[(i * size)..];
            using var block = new MemoryStream(left[..Math.Min(size, left.Length)].ToArray());
            await blob.StageBlockAsync(names[^1], block);
        }

        await blob.CommitBlockListAsync(names, new BlobHttpHeaders());
    }

    private static async Task<(long Peak, long Requests, long Rows)> WorkerAsync(BenchmarkApp app, ExportRequest format, int days)
    {
        var id = await RequestAsync(app, format, days);
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(ExportBenchmark).Assembly.Location, "export-worker", app.ConnectionString, id])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var figures = output.Split(' ', StringSplitOptions.TrimEntries).Select(figure => long.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        return (figures[0], figures[1], (await FindAsync(app, id)).Rows);
    }
}
