using System.Globalization;
using System.Net;
using LoginAudit.Log.Events;
using Npgsql;
using NpgsqlTypes;

namespace LoginAudit.Benchmarks;

/// <summary>
/// The same log in PostgreSQL: a partition a day, so that retention drops one, and an index for each question that administrators ask.
/// </summary>
internal sealed class PostgresLog(NpgsqlDataSource source)
{
    private const string Tables = """
        CREATE EXTENSION pg_trgm;
        CREATE TABLE login_events (
            tenant text NOT NULL, occurred_at timestamptz NOT NULL, event_key text COLLATE "C" NOT NULL, received_at timestamptz NOT NULL,
            source text NOT NULL, source_event_id text NOT NULL, event_type text NOT NULL, result text NOT NULL, reason text,
            user_id text, login_id text, user_name text, ip inet, login_method text, service_type text NOT NULL, user_agent text,
            PRIMARY KEY (tenant, occurred_at, event_key)
        ) PARTITION BY RANGE (occurred_at);
        CREATE INDEX ON login_events (tenant, lower(user_id), occurred_at);
        CREATE INDEX ON login_events (tenant, lower(login_id), occurred_at);
        CREATE INDEX ON login_events (tenant, ip, occurred_at);
        CREATE INDEX ON login_events (tenant, reason, occurred_at) WHERE result <> 'success';
        CREATE INDEX ON login_events USING gin (user_name gin_trgm_ops, login_id gin_trgm_ops, user_agent gin_trgm_ops);
        """;

    private const string Insert = """
        INSERT INTO login_events
        SELECT * FROM unnest(@tenant, @occurredAt, @key, @receivedAt, @source, @sourceId, @type, @result, @reason,
            @userId, @loginId, @userName, @ip, @method, @service, @agent)
        ON CONFLICT DO NOTHING
        """;

    public async Task CreateAsync(UtcDay first, int days)
    {
        await RunAsync(Tables);
        for (var i = 0; i < days; i++)
        {
            var day = first.AddDays(i);
            await RunAsync($"CREATE TABLE {Partition(day)} PARTITION OF login_events FOR VALUES FROM ('{IsoTime.Text(day.Start)}') TO ('{IsoTime.Text(day.End)}')");
        }
    }

    /// <summary>A batch in one statement; what is there stays.</summary>
    public async Task InsertAsync(IReadOnlyCollection<LoginEvent> events, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Insert);
        Texts("tenant", e => e.Tenant.Value);
        Times("occurredAt", e => e.OccurredAt);
        Texts("key", e => e.Key.Value);
        Times("receivedAt", e => e.ReceivedAt);
        Texts("source", e => e.Source);
        Texts("sourceId", e => e.SourceEventId);
        Texts("type", e => Code<EventType>.Text(e.EventType));
        Texts("result", e => Code<EventResult>.Text(e.Result));
        Texts("reason", e => e.Reason is { } reason ? Code<Reason>.Text(reason) : null);
        Texts("userId", e => e.UserId);
        Texts("loginId", e => e.LoginId);
        Texts("userName", e => e.UserName);
        command.Parameters.Add(new NpgsqlParameter<IPAddress?[]>("ip", NpgsqlDbType.Array | NpgsqlDbType.Inet) { TypedValue = [.. events.Select(e => e.Ip)] });
        Texts("method", e => e.LoginMethod is { } method ? Code<LoginMethod>.Text(method) : null);
        Texts("service", e => Code<ServiceType>.Text(e.ServiceType));
        Texts("agent", e => e.UserAgent);
        await command.ExecuteNonQueryAsync(cancellationToken);

        void Texts(string name, Func<LoginEvent, string?> of) =>
            command.Parameters.Add(new NpgsqlParameter<string?[]>(name, NpgsqlDbType.Array | NpgsqlDbType.Text) { TypedValue = [.. events.Select(of)] });

        void Times(string name, Func<LoginEvent, DateTimeOffset> of) =>
            command.Parameters.Add(new NpgsqlParameter<DateTime[]>(name, NpgsqlDbType.Array | NpgsqlDbType.TimestampTz) { TypedValue = [.. events.Select(e => of(e).UtcDateTime)] });
    }

    /// <summary>As autovacuum would before long.</summary>
    public Task AnalyzeAsync() => RunAsync("VACUUM ANALYZE login_events");

    public Task DropAsync(UtcDay day) => RunAsync($"DROP TABLE {Partition(day)}");

    /// <param name="where">Conditions besides tenant and period; with <c>@value</c>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="order">DESC or ASC.</param>
    /// <param name="limit">Events.</param>
    /// <param name="days">Back from the newest.</param>
    /// <returns>How many events were found.</returns>
    public async Task<int> SearchAsync(string where, object? value, string order, int limit, int days)
    {
        await using var command = source.CreateCommand(string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT * FROM login_events WHERE tenant = @tenant AND occurred_at >= @from AND occurred_at < @to {where} ORDER BY occurred_at {order}, event_key LIMIT {limit}"));
        command.Parameters.AddWithValue("tenant", HttpApp.Tenant.Value);
        command.Parameters.AddWithValue("from", Load.End.AddDays(-days).UtcDateTime);
        command.Parameters.AddWithValue("to", Load.End.UtcDateTime);
        if (value is not null)
        {
            command.Parameters.AddWithValue("value", value);
        }

        var found = 0;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            _ = reader.GetString(2);
            found++;
        }

        return found;
    }

    private static string Partition(UtcDay day) => $"login_events_{day}";

    private async Task RunAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
