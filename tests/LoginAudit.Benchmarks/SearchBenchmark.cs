using System.Globalization;
using System.Text;
using Azure.Data.Tables;
using LoginAudit.Auth;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Log.Write;
using LoginAudit.Search;

namespace LoginAudit.Benchmarks;

/// <summary>Questions that administrators ask, beside the same reads with the SDK alone, which knows beforehand where to look.</summary>
internal static class SearchBenchmark
{
    /// <summary>Before today; of the one before them a search finds only what is younger than 180 times 24 hours.</summary>
    public const int WholeDays = 179;

    private const int PageRows = 1000;
    private const int MostPages = 100;

    private static readonly Tenant Acme = new(TenantId.Parse("acme"), "Acme", 1, Load.End);

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        var report = new StringBuilder("## Search\n\nTo the first page, of 50 events or as told; over all whole days but for the newest page. Bare: the SDK alone, 16 days at once, told beforehand which days, rows and shards to read. The oldest page is a turn against the order of the keys: bare, its day read to the end.\n");
        var scales = new List<List<Figure>>();
        foreach (var events in options.Scales)
        {
            await using var app = await BenchmarkApp.StartAsync();
            await Load.StoreAsync(app.Get<EventWriter>(), Acme, events, options.Days);
            scales.Add(await MeasureAsync(app, options));
            AppendFigures(report, events, options.Days, scales[^1]);
            await AppendSummaryAsync(report, app, options);
        }

        if (scales.Count > 1)
        {
            AppendGrowth(report, options.Scales, scales);
        }

        return report.ToString();
    }

    private static async Task<List<Figure>> MeasureAsync(BenchmarkApp app, BenchmarkOptions options)
    {
        var figures = new List<Figure>();
        foreach (var question in Questions(Math.Min(options.Days, WholeDays)))
        {
            var (ours, bare) = (new Outcome(), new Outcome());
            var (left, right) = await BenchmarkApp.CompareAsync(
                options,
                async () => ours = await SearchAsync(app, Acme, question.Query),
                async () => bare = await question.Bare.ReadAsync(app.Get<TableAccounts>(), Acme.Id));
            Check(question.Name, ours, options);
            figures.Add(new Figure(question.Name, ours, bare, left, right));
        }

        return figures;
    }

    private static Question[] Questions(int days)
    {
        var user = TableKeys.UserRows(UserKey.Normalize(Load.OncePerDay));
        var nobody = TableKeys.UserRows("nobody");
        var (address, block) = (Range(Load.OneAddress), Range(Load.Block));
        var inBlock = $"IpHex ge '{IpRange.Hex(block.First)}' and IpHex le '{IpRange.Hex(block.Last)}'";
        return
        [
            new("newest page", $"from={Time(-7)}", new Bare(1, TableKeys.AllRows, "", 50)),
            new("a user, a hit each day", $"user={Load.OncePerDay}&limit=1000", new Bare(days, user, "", PageRows)),
            new("a user without hits", "user=nobody", new Bare(days, nobody, "", 50)),
            new("one address", $"ip={Load.OneAddress}&limit=1000", new Bare(days, TableKeys.IpRows(address.First), "", PageRows)),
            new("a /16", $"ip={Load.Block}", new Bare(days, TableKeys.AllRows, inBlock, 50)),
            new("failures by reason", "result=failure&reason=account_locked", new Bare(days, TableKeys.AllRows, "Result eq 'failure' and Reason eq 'account_locked'", 50)),
            new("a word in a name", $"q={Load.RareWord}", new Bare(days, TableKeys.AllRows, "", PageRows) { Word = Load.RareWord }),
            new("oldest page", "order=asc", new Bare(days, TableKeys.AllRows, "", PageRows) { IsOldest = true }),
        ];
    }

    private static void AppendFigures(StringBuilder report, int events, int days, List<Figure> figures)
    {
        report.Append(CultureInfo.InvariantCulture, $"\n{events} events over {days} days:\n\n| question | events | pages | requests, ours | bare | rows read, ours | bare | ms, ours | bare | ratio |\n|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var (question, ours, bare, left, right) in figures)
        {
            report.Append(CultureInfo.InvariantCulture, $"| {question} | {ours.Events} | {ours.Pages} | {ours.Requests} | {bare.Requests} | {ours.Rows} | {bare.Rows} | {left:F1} | {right:F1} | {left / right:F2} |\n");
        }
    }

    /// <summary>What the cost of a question is multiplied by from the fewest events to the most, beside the same of the bare reads.</summary>
    private static void AppendGrowth(StringBuilder report, IReadOnlyList<int> scales, List<List<Figure>> figures)
    {
        report.Append(CultureInfo.InvariantCulture, $"\nWhat is multiplied by how much from {scales[0]} to {scales[^1]} events; the emulator looks through a whole table for each page:\n\n| question | requests, ours | bare | rows, ours | bare | time, ours | bare |\n|---|---|---|---|---|---|---|\n");
        foreach (var (first, last) in figures[0].Zip(figures[^1]))
        {
            report.Append(CultureInfo.InvariantCulture, $"| {first.Question} | {Growth(figure => figure.Ours.Requests)} | {Growth(figure => figure.Bare.Requests)} | {Growth(figure => figure.Ours.Rows)} | {Growth(figure => figure.Bare.Rows)} | {Growth(figure => figure.Milliseconds)} | {Growth(figure => figure.BareMilliseconds)} |\n");

            string Growth(Func<Figure, double> of) => of(first) == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{of(last) / of(first):F1} ×");
        }
    }

    private static void Check(string question, Outcome ours, BenchmarkOptions options)
    {
        switch (question)
        {
            case "newest page":
                Bound.AtMost("requests of the newest page", ours.Requests, 1);
                break;
            case "a user, a hit each day" or "a user without hits" or "one address":
                Bound.AtMost($"requests for {question}", ours.Requests, options.Days + ours.Pages);
                break;
        }
    }

    /// <summary>Page after page until one holds an event, as the portal does.</summary>
    public static async Task<Outcome> SearchAsync(BenchmarkApp app, Tenant tenant, string query)
    {
        var given = query.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => new[] { pair[1] }, StringComparer.Ordinal);
        given["explain"] = ["true"];
        given.TryAdd("from", [Time(-WholeDays)]);
        given["to"] = [Time(0)];
        var outcome = new Outcome();
        for (var pages = 1; pages <= MostPages; pages++)
        {
            var parsed = new SearchParameters(given).Parse(tenant.Id, Load.End) with { TenantCreatedAt = tenant.CreatedAt };
            var page = await app.Get<EventSearch>().SearchAsync(parsed, CancellationToken.None);
            outcome = new Outcome(outcome.Events + page.Events.Count, pages, outcome.Requests + page.Explain!.Requests, outcome.Rows + page.Explain.RowsRead);
            if (page.Events.Count > 0 || page.NextCursor is null)
            {
                break;
            }

            given["cursor"] = [page.NextCursor];
        }

        return outcome;
    }

    /// <summary>A summary of all days, when nothing is counted yet, and when all is.</summary>
    private static async Task AppendSummaryAsync(StringBuilder report, BenchmarkApp app, BenchmarkOptions options)
    {
        var summaries = app.Get<SummaryReader>();
        var query = new SummaryQuery(Load.End.AddDays(-Math.Min(options.Days, WholeDays)), Load.End.AddDays(-1), TimeZoneInfo.Utc, ByHour: false, Top: 10);
        var (calls, before) = (0, app.Requests.Sent);
        var first = await BenchmarkApp.TimeAsync(async () =>
        {
            while (!(await summaries.ReadAsync(Acme, query, CancellationToken.None)).Complete)
            {
                calls++;
            }

            calls++;
        });
        var firstRequests = app.Requests.Sent - before;
        before = app.Requests.Sent;
        var again = await BenchmarkApp.TimeAsync(() => summaries.ReadAsync(Acme, query, CancellationToken.None));
        var againRequests = app.Requests.Sent - before;
        Bound.AtMost("requests of a summary that is counted", againRequests, 1 + (options.Days / 20));
        report.Append(CultureInfo.InvariantCulture, $"\nA summary of all of these days but the newest: counted first in {first:F0} ms ({calls} calls, {firstRequests} requests), then answered from what is remembered in {again:F0} ms ({againRequests} requests).\n");
    }

    private static IpRange Range(string text) => IpRange.TryParse(text, out var range) ? range : throw new FormatException(text);

    private static string Time(int days) => IsoTime.Text(Load.End.AddDays(days));

    private sealed record Question(string Name, string Query, Bare Bare);

    private sealed record Figure(string Question, Outcome Ours, Outcome Bare, double Milliseconds, double BareMilliseconds);

    /// <summary>What a search found, and what it took.</summary>
    internal sealed record Outcome(int Events = 0, int Pages = 0, int Requests = 0, int Rows = 0);

    /// <summary>The same with the SDK alone: as many days side by side as a search, until a page is full.</summary>
    private sealed record Bare(int Days, string Family, string Filter, int PageSize)
    {
        private const int AtOnce = 16;

        public string? Word { get; init; }

        /// <summary>The last rows of a day, which only come after all others of it.</summary>
        public bool IsOldest { get; init; }

        public async Task<Outcome> ReadAsync(TableAccounts storage, TenantId tenant)
        {
            var outcome = new Outcome();
            foreach (var days in Enumerable.Range(0, Days).Chunk(Days == 1 || IsOldest ? 1 : AtOnce))
            {
                var read = await Task.WhenAll(days.Select(back => ReadDayAsync(storage, tenant, IsOldest ? Days - 1 - back : back)));
                outcome = read.Aggregate(outcome, (sum, day) => new Outcome(sum.Events + day.Events, 1, sum.Requests + day.Requests, sum.Rows + day.Rows));
                if (outcome.Events >= (PageSize == PageRows && Word is null && !IsOldest ? PageRows : 50))
                {
                    break;
                }
            }

            return outcome;
        }

        private async Task<Outcome> ReadDayAsync(TableAccounts storage, TenantId tenant, int back)
        {
            var day = UtcDay.Of(Load.End.AddDays(-back - 1));
            var range = TableKeys.Rows(Family, day.Start.Ticks, day.End.Ticks);
            var filter = TableFilters.Events(TableKeys.EventsPartition(tenant, day, 1, 0), range, Filter);
            var (events, requests, rows) = (0, 0, 0);
            await foreach (var page in storage.Of(tenant).EventsOf(day).QueryAsync<TableEntity>(filter, PageSize, EventRows.SearchColumns).AsPages())
            {
                requests++;
                rows += page.Values.Count;
                events += Word is null ? page.Values.Count : page.Values.Count(row => row.GetString(EventRows.UserName)?.Contains(Word, StringComparison.OrdinalIgnoreCase) == true);
                if (events >= PageSize && !IsOldest)
                {
                    break;
                }
            }

            return new Outcome(events, 1, requests, rows);
        }
    }
}
