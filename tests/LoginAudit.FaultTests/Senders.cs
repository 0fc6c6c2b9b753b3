using System.Globalization;
using LoginAudit.LocalHost;

namespace LoginAudit.FaultTests;

/// <summary>Fifty senders send the same events, in any order, overlapping, again and again.</summary>
internal static class Senders
{
    private const int Count = 50;
    private const int Days = 20;

    public static async Task<string> RunAsync(FaultOptions options)
    {
        var events = options.Pick(4_000, 200_000);
        await using var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None, heapMegabytes: 8192);
        await using var app = await FaultApp.StartAsync(azurite.ConnectionString, null, ("Ingest__TimeLimit", "00:00:14"));
        using var acme = await FaultTenant.CreateAsync(app.Address, "acme", shards: 4);
        using var globex = await FaultTenant.CreateAsync(app.Address, "globex");
        var end = TimeProvider.System.GetUtcNow();

        // Ranges of 20 to 180 events (fifty of them are what the emulator takes in within the time limit of a call) that together are all of them, and as many again that overlap them, in an order of chance.
        var random = new Random(options.Seed);
        var ranges = new List<(int First, int Length)>();
        for (var first = 0; first < events;)
        {
            var length = Math.Min(random.Next(20, 180), events - first);
            ranges.Add((first, length));
            first += length;
        }

        ranges.AddRange([.. ranges.Where((_, i) => i % 3 == 0).Select(range => (Math.Max(0, range.First - 50), Math.Min(range.Length, 100)))]);
        var shuffled = ranges.ToArray();
        random.Shuffle(shuffled);
        long sent = 0;
        await Parallel.ForEachAsync(shuffled, new ParallelOptions { MaxDegreeOfParallelism = Count }, async (range, _) =>
        {
            var numbers = Enumerable.Range(range.First, Math.Min(range.Length, events - range.First)).ToArray();
            new Random(options.Seed + range.First).Shuffle(numbers);
            foreach (var own in numbers.GroupBy(IsOfAcme))
            {
                await (own.Key ? acme : globex).SendAsync([.. own.Select(number => (number, At(number)))]);
            }

            Interlocked.Add(ref sent, numbers.Length);
        });

        var (acknowledged, accepted) = (acme.Acknowledged.Count + globex.Acknowledged.Count, acme.Accepted + globex.Accepted);
        Must.Hold(acknowledged == events, $"{acknowledged} of {events} events were acknowledged.");
        var stored = await Comparison.StoredOnceAsync(azurite.ConnectionString, acme, globex);
        Must.Hold(stored == events, $"{stored} of {events} events are stored.");

        // An answer that was lost on the way counts nowhere, so the sum is an upper bound.
        Must.Hold(accepted <= events, $"{accepted} events were called accepted, of {events}.");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"## Fifty senders\n\n{Count} senders at once sent {events} events of two tenants and {Days} days in {shuffled.Length} ranges, shuffled, overlapping and repeated: {sent} in all. {stored} are stored, each once; the answers called {accepted} of them accepted, and the others duplicates.\n");

        static bool IsOfAcme(int number) => number % 3 > 0;

        DateTimeOffset At(int number) => end.AddDays(-(number % Days)).AddMilliseconds(-number);
    }
}
