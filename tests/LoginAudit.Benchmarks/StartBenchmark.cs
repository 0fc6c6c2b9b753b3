using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using LoginAudit.LocalHost;

namespace LoginAudit.Benchmarks;

/// <summary>How long LocalHost takes to its first answer, and to any later one, beside an empty function on the same host.</summary>
internal static class StartBenchmark
{
    private const string Search = "/v1/tenants/demo/events?limit=50";

    /// <summary>Calls of one kind, before the next kind has its turn.</summary>
    private const int Turn = 50;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var storage = await BenchmarkApp.StartAsync();
        var data = Directory.CreateTempSubdirectory("loginaudit-start-");
        try
        {
            var (port, emptyPort) = (Ports.FindFree(4), Ports.FindFree(1));
            string[] local = [typeof(LocalRun).Assembly.Location, "--port", Text(port), "--data", data.FullName, "--storage", storage.ConnectionString];
            string[] empty = [typeof(EmptyHost).Assembly.Location, "empty-host", Text(emptyPort)];
            var key = LocalKeys.LoadOrCreate(data.FullName).Demo;
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Text(port)}") };
            using var emptyClient = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Text(emptyPort)}") };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            var (cold, coldEmpty) = (new List<double>(), new List<double>());
            for (var round = 0; round <= options.Rounds; round++)
            {
                cold.Add(await StartAsync(local, client, Search));
                coldEmpty.Add(await StartAsync(empty, emptyClient, "/empty"));
            }

            using var running = Run(local);
            using var runningEmpty = Run(empty);
            try
            {
                await AnsweredAsync(running, client, Search);
                await AnsweredAsync(runningEmpty, emptyClient, "/empty");
                var kinds = new[]
                {
                    new Kind("newest page, 50 events", () => client.GetAsync(Search)),
                    new Kind("one event in", () => client.PostAsync("/v1/tenants/demo/events", new StringContent("""{"occurredAt":"NOW","eventType":"login","result":"success","userId":"u-1","loginId":"mina@example.com","ip":"198.51.100.7"}""".Replace("NOW", Now(), StringComparison.Ordinal), new MediaTypeHeaderValue("application/json")))),
                    new Kind("is it alive", () => client.GetAsync("/health/live")),
                    new Kind("empty function", () => emptyClient.GetAsync("/empty")),
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

                var report = string.Create(CultureInfo.InvariantCulture, $"## Start and answers\n\nLocalHost on a store that is there, from the start of its process to the answer of a search: {BenchmarkApp.Median(cold[1..]):F0} ms; an empty function on the same host: {BenchmarkApp.Median(coldEmpty[1..]):F0} ms. Then, over HTTP, one call after the other:\n\n| call | calls | p50, ms | p99, ms |\n|---|---|---|---|\n");
                return report + string.Concat(kinds.Select(kind => string.Create(CultureInfo.InvariantCulture, $"| {kind.Name} | {kind.Times.Count} | {Quantile(kind.Times, 0.5):F2} | {Quantile(kind.Times, 0.99):F2} |\n")));
            }
            finally
            {
                await EndAsync(running);
                await EndAsync(runningEmpty);
            }
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<double> StartAsync(string[] command, HttpClient client, string path)
    {
        var startedAt = Stopwatch.GetTimestamp();
        using var process = Run(command);
        try
        {
            await AnsweredAsync(process, client, path);
            return Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        }
        finally
        {
            await EndAsync(process);
        }
    }

    private static async Task CallAsync(Kind[] kinds, int times)
    {
        foreach (var kind in kinds)
        {
            for (var i = 0; i < times; i++)
            {
                kind.Times.Add(await BenchmarkApp.TimeAsync(async () =>
                {
                    using var answer = await kind.Call();
                    answer.EnsureSuccessStatusCode();
                    await answer.Content.ReadAsByteArrayAsync();
                }));
            }
        }
    }

    private static async Task AnsweredAsync(Process process, HttpClient client, string path)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(path);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (!process.HasExited && Stopwatch.GetElapsedTime(startedAt) < StartLimit)
            {
                await Task.Delay(5);
            }
        }
    }

    private static Process Run(string[] command)
    {
        var start = new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["Access__RateBurst"] = "1000000";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task EndAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static double Quantile(List<double> times, double share) => times.Order().ElementAt((int)Math.Min(times.Count * share, times.Count - 1));

    private static string Now() => Events.IsoTime.Text(TimeProvider.System.GetUtcNow());

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Kind(string Name, Func<Task<HttpResponseMessage>> Call)
    {
        public List<double> Times { get; } = [];
    }
}
