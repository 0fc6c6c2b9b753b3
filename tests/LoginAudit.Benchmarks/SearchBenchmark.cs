using System.Globalization;
using System.Text;
using Azure.Data.Tables;
using LoginAudit.Events;
using LoginAudit.Search;
using LoginAudit.Storage;

namespace LoginAudit.Benchmarks;

/// <summary>Questions that administrators ask, beside the same reads with the SDK alone, which knows beforehand where to look.</summary>
internal static class SearchBenchmark
{
    private const int PageRows = 1000;
    private const int MostPages = 100;

    private static readonly TenantId Acme = TenantId.Parse("acme");

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var app = await BenchmarkApp.StartAsync();
        var tenant = new Tenant(Acme, "Acme", 1, Load.End);
        await Load.StoreAsync(app.Get<EventWriter>(), tenant, options);
        var rows = app.Get<StorageClients>();
        var user = Keys.UserRows(UserKey.Normalize(Load.OncePerDay));
        var nobody = Keys.UserRows("nobody");
        var (address, block) = (Range(Load.OneAddress), Range(Load.Block));
        var inBlock = $"IpHex ge '{IpRange.Hex(block.First)}' and IpHex le '{IpRange.Hex(block.Last)}'";
        (string Question, string Query, Bare Bare)[] questions =
        [
            ("newest page", $"from={Time(-7)}", new Bare(1, Keys.AllRows, "", 50)),
            ("a user, a hit each day", $"user={Load.OncePerDay}&limit=1000", new Bare(options.Days, user, "", PageRows)),
            ("a user without hits", "user=nobody", new Bare(options.Days, nobody, "", 50)),
            ("one address", $"ip={Load.OneAddress}&limit=1000", new Bare(options.Days, Keys.IpRows(address.First), "", PageRows)),
            ("a /16", $"ip={Load.Block}", new Bare(options.Days, Keys.AllRows, inBlock, 50)),
            ("failures by reason", "result=failure&reason=account_locked", new Bare(options.Days, Keys.AllRows, "Result eq 'failure' and Reason eq 'account_locked'", 50)),
            ("a word in a name", $"q={Load.RareWord}", new Bare(options.Days, Keys.AllRows, "", PageRows) { Word = Load.RareWord }),
            ("oldest page", "order=asc", new Bare(options.Days, Keys.AllRows, "", PageRows) { IsOldest = true }),
        ];
        var report = new StringBuilder("## Search\n\nTo the first page, of 50 events or as told; over all days but for the newest page. Bare: the SDK alone, 16 days at once, told beforehand which days, rows and shards to read.\n\n| question | events | pages | requests, ours | bare | rows read, ours | bare | ms, ours | bare | ratio |\n|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var (question, query, bare) in questions)
        {
            var ours = new Outcome();
            var floor = new Outcome();
            var (left, right) = await BenchmarkApp.CompareAsync(
                options.Rounds,
                async () => ours = await SearchAsync(app, tenant, query),
                async () => floor = await bare.ReadAsync(rows, Acme));
            Check(question, ours, options);
            report.Append(CultureInfo.InvariantCulture, $"| {question} | {ours.Events} | {ours.Pages} | {ours.Requests} | {floor.Requests} | {ours.Rows} | {floor.Rows} | {left:F1} | {right:F1} | {left / right:F2} |\n");
        }

        await AppendSummaryAsync(report, app, tenant, options);
        return report.ToString();
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
    private static async Task<Outcome> SearchAsync(BenchmarkApp app, Tenant tenant, string query)
    {
        var given = query.Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => new[] { pair[1] }, StringComparer.Ordinal);
        given["explain"] = ["true"];
        given.TryAdd("from", [Time(-180)]);
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
    private static async Task AppendSummaryAsync(StringBuilder report, BenchmarkApp app, Tenant tenant, BenchmarkOptions options)
    {
        var summaries = app.Get<SummaryReader>();
        var query = new SummaryQuery(Load.End.AddDays(-Math.Min(options.Days, 179)), Load.End.AddDays(-1), TimeZoneInfo.Utc, ByHour: false, Top: 10);
        var (calls, before) = (0, app.Requests.Sent);
        var first = await BenchmarkApp.TimeAsync(async () =>
        {
            while (!(await summaries.ReadAsync(tenant, query, CancellationToken.None)).Complete)
            {
                calls++;
            }

            calls++;
        });
        var firstRequests = app.Requests.Sent - before;
        before = app.Requests.Sent;
        var again = await BenchmarkApp.TimeAsync(() => summaries.ReadAsync(tenant, query, CancellationToken.None));
        var againRequests = app.Requests.Sent - before;
        Bound.AtMost("requests of a summary that is counted", againRequests, 1 + (options.Days / 20));
        report.Append(CultureInfo.InvariantCulture, $"\nA summary of all of these days but the newest: counted first in {first:F0} ms ({calls} calls, {firstRequests} requests), then answered from what is remembered in {again:F0} ms ({againRequests} requests).\n");
    }

    private static IpRange Range(string text) => IpRange.TryParse(text, out var range) ? range : throw new FormatException(text);

    private static string Time(int days) => IsoTime.Text(Load.End.AddDays(days));

    private sealed record Outcome(int Events = 0, int Pages = 0, int Requests = 0, int Rows = 0);

    /// <summary>The same with the SDK alone: as many days side by side as a search, until a page is full.</summary>
    private sealed record Bare(int Days, string Family, string Filter, int PageSize)
    {
        private const int AtOnce = 16;

        public string? Word { get; init; }

        public bool IsOldest { get; init; }

        public async Task<Outcome> ReadAsync(StorageClients storage, TenantId tenant)
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

        private async Task<Outcome> ReadDayAsync(StorageClients storage, TenantId tenant, int back)
        {
            var day = UtcDay.Of(Load.End.AddDays(-back - 1));
            var range = Keys.Rows(Family, day.Start.Ticks, day.End.Ticks);
            var filter = Filters.Events(Keys.EventsPartition(tenant, day, 1, 0), range, Filter);
            var (events, requests, rows) = (0, 0, 0);
            await foreach (var page in storage.Of(tenant).EventsOf(day).QueryAsync<TableEntity>(filter, PageSize, EventRows.SearchColumns).AsPages())
            {
                requests++;
                rows += page.Values.Count;
                events += Word is null ? page.Values.Count : page.Values.Count(row => row.GetString(EventRows.UserName)?.Contains(Word, StringComparison.OrdinalIgnoreCase) == true);
                if (events >= PageSize)
                {
                    break;
                }
            }

            return new Outcome(events, 1, requests, rows);
        }
    }
}
