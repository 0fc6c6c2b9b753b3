using System.Globalization;
using LoginAudit.LocalHost;
using LoginAudit.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.FaultTests;

/// <summary>Instances whose clocks differ by 5 minutes, at the borders of days, months, years, and on a leap day.</summary>
internal static class Clocks
{
    private const int BatchEvents = 20;

    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(5);

    private static readonly (string Name, DateTimeOffset At)[] Borders =
    [
        ("a day", At(2027, 3, 17)), ("a month", At(2027, 5, 1)), ("a year", At(2028, 1, 1)), ("a leap day", At(2028, 2, 29)), ("the day after it", At(2028, 3, 1)),
    ];

    public static async Task<string> RunAsync(FaultOptions options)
    {
        var lines = new List<string>();
        foreach (var (name, border) in options.Pick(Borders[2..4], Borders))
        {
            lines.Add(await RunAsync(options, name, border));
        }

        return "## Clocks\n\nTwo instances, one 5 minutes ahead of the other, take events around a border of days (UTC) and before it, and search, export and drop them.\n\n| border | events | exports | dropped 180 days later |\n|---|---|---|---|\n"
            + string.Concat(lines);
    }

    private static async Task<string> RunAsync(FaultOptions options, string name, DateTimeOffset border)
    {
        await using var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None);

        // A minute after the border here, and 4 minutes before it there.
        var shift = border.AddMinutes(1) - TimeProvider.System.GetUtcNow();
        await using var ahead = await FaultApp.StartAsync(azurite.ConnectionString, new ShiftedClock(shift));
        await using var behind = await FaultApp.StartAsync(azurite.ConnectionString, new ShiftedClock(shift - Apart));
        using var acme = await FaultTenant.CreateAsync(ahead.Address, "acme", shards: 2);
        using var there = acme.At(behind.Address);
        var count = options.Pick(200, 1000);
        var random = new Random(options.Seed);

        // Within the last ticks before the border, the first behind it, and two hours before.
        var times = Enumerable.Range(0, count).Select(i => i % 3 == 0 ? border.AddTicks(-(i / 3) - 1) : i % 3 == 1 ? border.AddTicks(i / 3) : border.AddMinutes(-random.Next(1, 120)).AddTicks(-i)).ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, count).Chunk(BatchEvents), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (numbers, _) =>
        {
            var batch = numbers.Select(number => (number, times[number])).ToList();
            foreach (var tenant in IsBehindFirst(numbers[0]) ? new[] { there, acme } : [acme, there])
            {
                await tenant.SendAsync(batch); // there within the 5 minutes that an event may be ahead
            }
        });

        var day = border.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var before = await there.SearchAsync($"from={Iso(border.AddDays(-1))}&to={day}");
        var after = await acme.SearchAsync($"from={day}&to={Iso(border.AddDays(1))}");
        Must.Hold(before.Count == times.Count(time => time < border), $"{before.Count} events are before {name}.");
        Must.Hold(after.Count == times.Count(time => time >= border), $"{after.Count} events are from {name} on.");
        Must.Hold(!before.Intersect(after, StringComparer.Ordinal).Any(), "An event is on both sides of a border.");

        // The watermark is the clock of the instance that was asked: what it took itself is in the file, whatever the other's says.
        var jobs = 0;
        foreach (var tenant in new[] { acme, there })
        {
            var job = await tenant.CallAsync(HttpMethod.Post, "exports", new { format = "ndjson", query = new { from = Iso(border.AddDays(-1)), to = Iso(border.AddDays(1)) } });
            var expected = acme.Acknowledged.Keys.Where(id => tenant == acme || IsBehindFirst(int.Parse(id.Split('-')[1], CultureInfo.InvariantCulture))).ToList();
            await Comparison.ExportIsWholeAsync(azurite.ConnectionString, tenant, job.GetProperty("id").GetString()!, expected);
            jobs++;
        }

        var stored = await Comparison.StoredOnceAsync(azurite.ConnectionString, acme);
        Must.Hold(stored == count, $"{stored} of {count} events are stored.");
        var dropped = await DropAsync(azurite.ConnectionString, border);
        return string.Create(CultureInfo.InvariantCulture, $"| {name}, {border:yyyy-MM-dd} | {stored} | {jobs} | {dropped} |\n");

        // Of every other batch: the instance behind is asked first, and so the one that took it.
        static bool IsBehindFirst(int number) => number / BatchEvents % 2 == 1;
    }

    /// <summary>180 days after the border's eve is over, its table goes, and the border's own stays a day longer.</summary>
    private static async Task<string> DropAsync(string connectionString, DateTimeOffset border)
    {
        var now = border.AddDays(180).AddHours(1);
        await using var app = await FaultApp.StartAsync(connectionString, new ShiftedClock(now - TimeProvider.System.GetUtcNow()));
        await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);
        var tables = new Azure.Data.Tables.TableServiceClient(connectionString).Query().Select(table => table.Name).ToHashSet(StringComparer.Ordinal);
        var (eve, day) = ($"LoginEvents{border.AddDays(-1):yyyyMMdd}", $"LoginEvents{border:yyyyMMdd}");
        Must.Hold(!tables.Contains(eve), $"{eve} is still there.");
        Must.Hold(tables.Contains(day), $"{day} is gone a day early.");
        return $"`{eve}`, and not `{day}`";
    }

    private static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static DateTimeOffset At(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
