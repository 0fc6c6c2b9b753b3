using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using LoginAudit.Auth;
using LoginAudit.LocalHost;
using LoginAudit.LocalHost.Host;
using LoginAudit.Log.Events;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Benchmarks;

/// <summary>
/// What the worker process costs up to its first answer and its first search, beside an empty worker app; its memory after the main
/// calls; and how long later answers take. Both apps are published as for Azure, and driven by LocalHost's Functions host.
/// </summary>
internal static class StartBenchmark
{
    private const string Search = "/v1/tenants/acme/events?limit=50";

    /// <summary>CPU time to the first search, in those of the empty app's first answer.</summary>
    private const double Target = 2;

    /// <summary>Calls of one kind, before the next kind has its turn.</summary>
    private const int Turn = 50;

    private const double Megabyte = 1024 * 1024;

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var storage = await BenchmarkApp.StartAsync();
        var data = Directory.CreateTempSubdirectory("loginaudit-start-");
        try
        {
            var ours = await AppAsync(options, "functions/LoginAudit", WorkerApp.BuildFolder(), Path.Combine(data.FullName, "app"));
            var empty = await AppAsync(
                options, "tests/LoginAudit.EmptyApp", WorkerApp.BuildFolder("tests/LoginAudit.EmptyApp"), Path.Combine(data.FullName, "empty"));
            var key = await MakeTenantAsync(storage);
            var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["AuditStorage"] = storage.ConnectionString,
                ["Access__RateBurst"] = "1000000",
            };

            var (emptyAnswer, answer, search, memory) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round <= options.Rounds; round++)
            {
                await using (var host = await StartAsync(empty, settings, data.FullName))
                {
                    await GetAsync(host.Address, "/empty", key);
                    emptyAnswer.Add((await WorkerAsync(host)).TotalProcessorTime.TotalMilliseconds);
                }

                await using (var host = await StartAsync(ours, settings, data.FullName))
                {
                    await GetAsync(host.Address, "/health/live", key);
                    answer.Add((await WorkerAsync(host)).TotalProcessorTime.TotalMilliseconds);
                    await GetAsync(host.Address, Search, key);
                    search.Add((await WorkerAsync(host)).TotalProcessorTime.TotalMilliseconds);
                    await PostAsync(host.Address, key);
                    await GetAsync(host.Address, "/v1/tenants/acme/summary", key);
                    memory.Add((await WorkerAsync(host)).WorkingSet64 / Megabyte);
                }
            }

            var ratio = BenchmarkApp.Median(search) / BenchmarkApp.Median(emptyAnswer);
            var report = string.Create(
                CultureInfo.InvariantCulture,
                $"""
                ## Start and answers

                CPU time of the worker process{(options.Quick ? ", as built" : ", published with ReadyToRun")}, median of {search.Count} starts:

                | up to | ms |
                |---|---|
                | first answer of an empty app | {BenchmarkApp.Median(emptyAnswer):F0} |
                | first answer | {BenchmarkApp.Median(answer):F0} |
                | first search | {BenchmarkApp.Median(search):F0} |

                The first search takes {ratio:F2} × the empty app's first answer (to reach: at most {Target:F0}). After a search, an event, and a
                summary the worker holds {BenchmarkApp.Median(memory):F0} MiB.


                """);
            return report + await AnswersAsync(options, ours, empty, settings, data.FullName, key);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<string> AnswersAsync(
        BenchmarkOptions options, WorkerApp ours, WorkerApp empty, Dictionary<string, string?> settings, string data, string key)
    {
        await using var host = await StartAsync(ours, settings, data);
        await using var emptyHost = await StartAsync(empty, settings, data);
        var kinds = new[]
        {
            new Kind("newest page, 50 events", () => GetAsync(host.Address, Search, key)),
            new Kind("one event in", () => PostAsync(host.Address, key)),
            new Kind("is it alive", () => GetAsync(host.Address, "/health/live", key)),
            new Kind("empty function", () => GetAsync(emptyHost.Address, "/empty", key)),
        };
        await CallAsync(kinds, options.Quick ? 1 : 2 * Turn);
        foreach (var kind in kinds)
        {
            kind.Times.Clear();
        }

        for (var turn = 0; turn < (options.Quick ? 1 : 4 * options.Rounds); turn++)
        {
            await CallAsync(kinds, Turn);
        }

        var rows = kinds.Select(kind => string.Create(
            CultureInfo.InvariantCulture,
            $"| {kind.Name} | {kind.Times.Count} | {Quantile(kind.Times, 0.5):F2} | {Quantile(kind.Times, 0.99):F2} |\n"));
        return "Then, over HTTP, one call after the other:\n\n| call | calls | p50, ms | p99, ms |\n|---|---|---|---|\n" + string.Concat(rows);
    }

    /// <summary>The app as it is published; in a quick run, as it is built.</summary>
    private static async Task<WorkerApp> AppAsync(BenchmarkOptions options, string project, string built, string target)
    {
        if (options.Quick)
        {
            return WorkerApp.Read(built);
        }

        Console.WriteLine($"Publishing {project} ...");
        var start = new ProcessStartInfo("dotnet", ["publish", Path.Combine(Repository.Root, project), "-c", "Release", "-o", target])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var publishing = Process.Start(start)!;
        var output = await publishing.StandardOutput.ReadToEndAsync();
        await publishing.WaitForExitAsync();
        return publishing.ExitCode == 0 ? WorkerApp.Read(target) : throw new InvalidOperationException(output);
    }

    private static async Task<string> MakeTenantAsync(BenchmarkApp storage)
    {
        var tenant = TenantId.Parse("acme");
        var key = ApiKey.Create(tenant.Value);
        var now = TimeProvider.System.GetUtcNow();
        await storage.Get<TenantStore>().TrySaveAsync(new Tenant(tenant, "Acme", 1, now), CancellationToken.None);
        await storage.Get<ApiKeyStore>().AddAsync(
            tenant, new StoredKey(key.Id, key.Hash(), ["ingest", "read"], now, null) { LastUsedAt = now }, CancellationToken.None);
        return key.ToString();
    }

    private static Task<FunctionsHost> StartAsync(WorkerApp app, Dictionary<string, string?> settings, string data) => FunctionsHost.StartAsync(
        new FunctionsHostOptions
        {
            App = app,
            Port = 0,
            Settings = settings,
            DataFolder = data,
            Logging = logging => logging.ClearProviders(),
        },
        CancellationToken.None);

    private static async Task<Process> WorkerAsync(FunctionsHost host) => Process.GetProcessById(await host.WorkerProcessIdAsync());

    private static async Task CallAsync(Kind[] kinds, int times)
    {
        foreach (var kind in kinds)
        {
            for (var i = 0; i < times; i++)
            {
                kind.Times.Add(await BenchmarkApp.TimeAsync(kind.Call));
            }
        }
    }

    private static readonly HttpClient Client = new();

    private static Task GetAsync(Uri address, string path, string key) => SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(address, path)), key);

    private static Task PostAsync(Uri address, string key)
    {
        var body = $$"""
            {"occurredAt":"{{IsoTime.Text(TimeProvider.System.GetUtcNow())}}","eventType":"login","result":"success","userId":"u-1","loginId":"mina@example.com","ip":"198.51.100.7"}
            """;
        return SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/v1/tenants/acme/events"))
            {
                Content = new StringContent(body, new MediaTypeHeaderValue("application/json")),
            },
            key);
    }

    private static async Task SendAsync(HttpRequestMessage request, string key)
    {
        using (request)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await Client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
        }
    }

    private static double Quantile(List<double> times, double share) => times.Order().ElementAt((int)Math.Min(times.Count * share, times.Count - 1));

    private sealed record Kind(string Name, Func<Task> Call)
    {
        public List<double> Times { get; } = [];
    }
}
