using System.Globalization;
using System.Net;
using System.Text;
using LoginAudit.Auth;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Write;
using Npgsql;

namespace LoginAudit.Benchmarks;

/// <summary>The same events and questions in PostgreSQL, where one is installed.</summary>
internal static class PostgresBenchmark
{
    private const int Callers = 4;
    private const int BatchEvents = 1000;

    private static readonly Tenant Acme = new(HttpApp.Tenant, "Acme", 1, Load.End);

    /// <summary>A question to LoginAudit, and the same in SQL.</summary>
    private sealed record Question(string Name, string Query, string Where = "", object? Value = null, string Order = "DESC", int Limit = 50, int? Days = null);

    private static readonly Question[] Questions =
    [
        new("newest page", $"from={IsoTime.Text(Load.End.AddDays(-7))}", Days: 7),
        new("a user, a hit each day", $"user={Load.OncePerDay}&limit=1000", User, Load.OncePerDay, Limit: 1000),
        new("a user without hits", "user=nobody", User, "nobody"),
        new("one address", $"ip={Load.OneAddress}&limit=1000", "AND ip = @value", IPAddress.Parse(Load.OneAddress), Limit: 1000),
        new("a /16", $"ip={Load.Block}", "AND ip >= host(network(@value))::inet AND ip <= host(broadcast(@value))::inet", IPNetwork.Parse(Load.Block)),
        new("failures by reason", "result=failure&reason=account_locked", "AND result = 'failure' AND reason = @value", "account_locked"),
        new("a word in a name", $"q={Load.RareWord}", "AND (user_name ILIKE @value OR login_id ILIKE @value OR user_agent ILIKE @value)", $"%{Load.RareWord}%"),
        new("oldest page", "order=asc", Order: "ASC"),
    ];

    private const string User = "AND (lower(user_id) = @value OR lower(login_id) = @value)";

    public static async Task<string> RunAsync(BenchmarkOptions options)
    {
        await using var cluster = await PostgresCluster.StartAsync();
        if (cluster is null)
        {
            return "## PostgreSQL\n\nnot installed\n";
        }

        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString);
        var log = new PostgresLog(source);
        await log.CreateAsync(UtcDay.Of(Load.End.AddDays(-options.Days)), options.Days + 1);
        await using var app = await BenchmarkApp.StartAsync();
        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"## PostgreSQL\n\n{options.Events} events over {options.Days} days. PostgreSQL {await VersionAsync(source)}, its settings as they come, on a disk; a partition a day, an index for each question ({options.Days + 1} partitions, 6 indexes). LoginAudit's side is the emulator, in memory, which looks through a whole table where the service has an index: its times are no measure of Table Storage.\n\n| | LoginAudit | PostgreSQL |\n|---|---|---|\n");
        var (ours, theirs) = (0.0, 0.0);
        for (var back = 0; back < options.Days; back++)
        {
            var batches = Load.Day(Acme.Id, back, options.Events / options.Days).Chunk(BatchEvents).ToList();
            ours += await BenchmarkApp.TimeAsync(() => AtOnceAsync(batches, (batch, token) => app.Get<EventWriter>().WriteAsync(Acme.Log, batch, mayComplete: false, token)));
            theirs += await BenchmarkApp.TimeAsync(() => AtOnceAsync(batches, log.InsertAsync));
        }

        await log.AnalyzeAsync();
        report.Append(CultureInfo.InvariantCulture, $"| events/s stored, a day at a time | {options.Events / ours * 1000:F0} | {options.Events / theirs * 1000:F0} |\n");
        foreach (var question in Questions)
        {
            var (found, foundThere) = (0, 0);
            var (left, right) = await BenchmarkApp.CompareAsync(
                options,
                async () => found = (await SearchBenchmark.SearchAsync(app, Acme, question.Query)).Events,
                async () => foundThere = await log.SearchAsync(question.Where, question.Value, question.Order, question.Limit, question.Days ?? SearchBenchmark.WholeDays));
            Bound.AtMost($"events that only one side finds for {question.Name}", Math.Abs(found - foundThere), 0);
            report.Append(CultureInfo.InvariantCulture, $"| {question.Name}, ms ({found} and {foundThere} events) | {left:F1} | {right:F1} |\n");
        }

        var oldest = UtcDay.Of(Load.End.AddDays(-options.Days));
        var drop = await BenchmarkApp.TimeAsync(() => app.Get<DayTables>().DropBeforeAsync(oldest.AddDays(1), CancellationToken.None));
        var dropThere = await BenchmarkApp.TimeAsync(() => log.DropAsync(oldest));
        report.Append(CultureInfo.InvariantCulture, $"| the oldest day dropped, ms | {drop:F1} | {dropThere:F1} |\n");

        return report.ToString();
    }

    private static Task AtOnceAsync(List<LoginEvent[]> batches, Func<LoginEvent[], CancellationToken, Task> store) =>
        Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (batch, token) => await store(batch, token));

    private static async Task<string> VersionAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("SHOW server_version");
        return ((string)(await command.ExecuteScalarAsync())!).Split(' ')[0];
    }
}
