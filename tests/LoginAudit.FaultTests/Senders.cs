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
            await acme.SendAsync([.. numbers.Select(number => (number, At(number)))]);
            Interlocked.Add(ref sent, numbers.Length);
        });

        Must.Hold(acme.Acknowledged.Count == events, $"{acme.Acknowledged.Count} of {events} events were acknowledged.");
        var stored = await Comparison.StoredOnceAsync(azurite.ConnectionString, acme);
        Must.Hold(stored == events, $"{stored} of {events} events are stored.");

        // An answer that was lost on the way counts nowhere, so the sum is an upper bound.
        Must.Hold(acme.Accepted <= events, $"{acme.Accepted} events were called accepted, of {events}.");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"## Fifty senders\n\n{Count} senders at once sent {events} events of {Days} days in {shuffled.Length} calls, shuffled, overlapping and repeated: {sent} in all. {stored} are stored, each once; the answers called {acme.Accepted} of them accepted, and the others duplicates.\n");

        DateTimeOffset At(int number) => end.AddDays(-(number % Days)).AddMilliseconds(-number);
    }
}
