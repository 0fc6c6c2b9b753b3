using System.Globalization;
using System.Text;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Benchmarks;

/// <summary>Events through HTTP into storage, beside transactions of the same rows with the SDK alone.</summary>
internal static class IngestBenchmark
{
    private const int Callers = 4;

    /// <summary>Of one call; as many as the writer has.</summary>
    private const int TransactionsAtOnce = 8;

    /// <summary>As days are counted back from the last that is over.</summary>
    private const int Today = -1;

    /// <summary>Events a call, and calls a round; the last is the most that a call takes.</summary>
    private static readonly (int Events, int Calls)[] Sizes = [(1, 400), (10, 200), (100, 40), (1000, 8), (5000, 1)];

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var storage = await BenchmarkApp.StartAsync();
        await using var app = await HttpApp.StartAsync(storage.ConnectionString, new ShiftedTime(Load.End.AddDays(1)));
        var table = new TableClient(storage.ConnectionString, "Bare");
        await table.CreateIfNotExistsAsync();
        using var events = Load.Day(HttpApp.Tenant, Today, int.MaxValue).GetEnumerator();
        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"## Ingest\n\nNew events of one tenant and today, four rows each, posted by {Callers} callers to the function on Kestrel. Bare: the SDK alone, transactions of 100 of the same rows, made beforehand, as many at once. Each call asks storage once for its key and tenant; the rest are transactions.\n\n| events a call | events/s, ours | bare | ratio | table requests per 1,000 events | transactions of them | rows / 100 |\n|---|---|---|---|---|---|---|\n");
        foreach (var (size, fullCalls) in Sizes)
        {
            var calls = options.Quick ? Math.Max(1, fullCalls / 10) : fullCalls;
            var (ours, bare) = (new List<double>(), new List<double>());
            var (requests, transactions, rows) = (0, 0, 0);
            for (var round = 0; round <= options.Rounds; round++)
            {
                var batches = Enumerable.Range(0, calls).Select(_ => Take(events, size)).ToList();
                var bodies = batches.ConvertAll(Load.Body);
                var bareTransactions = batches.ConvertAll(Transactions);
                rows = bareTransactions.Sum(call => call.Sum(transaction => transaction.Length));
                var (requestsBefore, transactionsBefore) = (app.Requests.SentToTables, app.Requests.Transactions);
                ours.Add(await BenchmarkApp.TimeAsync(() => AtOnceAsync(Callers, bodies, (body, token) => app.IngestAsync(body, size, token))));
                (requests, transactions) = (app.Requests.SentToTables - requestsBefore, app.Requests.Transactions - transactionsBefore);
                bare.Add(await BenchmarkApp.TimeAsync(() => AtOnceAsync(Callers, bareTransactions, (call, _) =>
                    AtOnceAsync(TransactionsAtOnce, call, (transaction, token) => table.SubmitTransactionAsync(transaction, token)))));
            }

            // The first round opens the day and lets the runtime compile.
            var (left, right) = (BenchmarkApp.Median(ours[1..]), BenchmarkApp.Median(bare[1..]));
            var count = size * calls;
            report.Append(CultureInfo.InvariantCulture, $"| {size} | {count / left * 1000:F0} | {count / right * 1000:F0} | {right / left:F2} | {requests * 1000.0 / count:F1} | {transactions * 1000.0 / count:F1} | {rows * 10.0 / count:F1} |\n");
            Check(size, calls, requests, transactions, rows);
        }

        return report.ToString();
    }

    private static void Check(int size, int calls, int requests, int transactions, int rows)
    {
        Bound.AtMost($"table requests besides transactions of {calls} calls of {size} events", requests - transactions, calls);
        if (size >= 100)
        {
            Bound.AtMost($"transactions of {calls} calls of {size} events", transactions, WithMargin(rows));
        }

        if (size >= 5000)
        {
            Bound.AtMost($"table requests of {calls} calls of {size} events", requests, WithMargin(rows));
        }
    }

    /// <summary>Full transactions, and 2 %.</summary>
    private static int WithMargin(int rows) => (int)Math.Ceiling(rows / 100.0 * 1.02);

    private static List<LoginEvent> Take(IEnumerator<LoginEvent> events, int count)
    {
        var taken = new List<LoginEvent>(count);
        while (taken.Count < count && events.MoveNext())
        {
            taken.Add(events.Current);
        }

        return taken;
    }

    private static List<TableTransactionAction[]> Transactions(List<LoginEvent> events) =>
        [.. events.SelectMany(e => EventRows.Write(e, "bare")).Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)).Chunk(TableLimits.TransactionRows)];

    private static Task AtOnceAsync<T>(int count, IEnumerable<T> items, Func<T, CancellationToken, Task> work) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = count }, async (item, token) => await work(item, token));
}
