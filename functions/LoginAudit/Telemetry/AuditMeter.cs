using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LoginAudit.Telemetry;

/// <summary>
/// All that the app counts and times, one method an event; and the source of its traces. No tag holds a tenant, a name or an address, and
/// each takes few values: series cost money.
/// </summary>
public sealed class AuditMeter
{
    /// <summary>Of the meter and of the source of traces.</summary>
    public const string Name = "LoginAudit";

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _rejected;
    private readonly Histogram<double> _ingest;
    private readonly Counter<long> _ignored;
    private readonly Counter<long> _unknown;
    private readonly Histogram<double> _search;
    private readonly Histogram<int> _searchRequests;
    private readonly Histogram<int> _searchRows;
    private readonly Counter<long> _exports;
    private readonly Counter<long> _exportedRows;
    private readonly Counter<long> _retentionRuns;
    private readonly Counter<long> _droppedTables;
    private readonly Counter<long> _limited;
    private readonly Counter<long> _turnedAway;
    private readonly Gauge<int> _poisoned;
    private readonly Counter<long> _lostWrites;

    public AuditMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _accepted = meter.CreateCounter<long>("loginaudit.events.accepted", "{event}", "Events that were stored, by kind of source.");
        _duplicates = meter.CreateCounter<long>("loginaudit.events.duplicates", "{event}", "Events that were there before, by kind of source.");
        _rejected = meter.CreateCounter<long>(
            "loginaudit.events.rejected", "{event}", "Events of accepted senders that could not be taken and are kept in rejected-events, by kind of source and the code of their first fault.");
        _ingest = meter.CreateHistogram<double>("loginaudit.ingest.duration", "s", "From the body of a request to its events in storage, by kind of source.");
        _ignored = meter.CreateCounter<long>("loginaudit.provider.ignored", "{event}", "Events of providers that are not about signing in, by kind.");
        _unknown = meter.CreateCounter<long>(
            "loginaudit.provider.unknown", "{value}", "Codes of providers that their adapter does not know, and keeps as other, by kind, field and value.");
        _search = meter.CreateHistogram<double>("loginaudit.search.duration", "s", "A page of a search, by plan and whether it was the last.");
        _searchRequests = meter.CreateHistogram<int>("loginaudit.search.requests", "{request}", "Requests to tables for a page of a search, by plan.");
        _searchRows = meter.CreateHistogram<int>("loginaudit.search.rows", "{row}", "Rows read for a page of a search, by plan.");
        _exports = meter.CreateCounter<long>("loginaudit.exports", "{export}", "Exports that came into a state, by state and format.");
        _exportedRows = meter.CreateCounter<long>("loginaudit.exports.rows", "{row}", "Rows of exports that became ready, by format.");
        _retentionRuns = meter.CreateCounter<long>("loginaudit.retention.runs", "{run}", "Runs of retention that came to their end.");
        _droppedTables = meter.CreateCounter<long>("loginaudit.retention.dropped", "{table}", "Tables of days that were dropped.");
        _limited = meter.CreateCounter<long>("loginaudit.calls.limited", "{call}", "Calls that were answered 429.");
        _turnedAway = meter.CreateCounter<long>(
            "loginaudit.storage.turned_away", "{request}", "Requests that storage turned away for its load (429, 503), each try of them, by service.");
        _poisoned = meter.CreateGauge<int>("loginaudit.queue.poisoned", "{message}", "Messages in a poison queue, by queue.");
        _lostWrites = meter.CreateCounter<long>(
            "loginaudit.background_writes.lost", "{write}", "Entries of the access trail, and last uses of keys, that could not be written.");
    }

    /// <summary>Where the app's spans come from.</summary>
    internal static ActivitySource Traces { get; } = new(Name);

    internal void Ingested(string source, int accepted, int duplicates, TimeSpan duration)
    {
        var tag = Tag("source", source);
        _accepted.Add(accepted, tag);
        _duplicates.Add(duplicates, tag);
        _ingest.Record(duration.TotalSeconds, tag);
    }

    internal void Rejected(string source, string code) => _rejected.Add(1, Tag("source", source), Tag("reason", code));

    internal void Ignored(string kind) => _ignored.Add(1, Tag("kind", kind));

    internal void Unknown(string kind, string field, string value) => _unknown.Add(1, Tag("kind", kind), Tag("field", field), Tag("value", value));

    internal void Searched(string plan, bool complete, TimeSpan duration, int requests, int rows)
    {
        var tag = Tag("plan", plan);
        _search.Record(duration.TotalSeconds, tag, Tag("complete", complete));
        _searchRequests.Record(requests, tag);
        _searchRows.Record(rows, tag);
    }

    /// <summary>An export came into a state.</summary>
    /// <param name="state">Its code.</param>
    /// <param name="format">Its code.</param>
    /// <param name="rows">Of a file that became ready; else null.</param>
    internal void ExportStateChanged(string state, string format, long? rows)
    {
        var tag = Tag("format", format);
        _exports.Add(1, Tag("state", state), tag);
        if (rows is { } written)
        {
            _exportedRows.Add(written, tag);
        }
    }

    internal void RetentionRan(int droppedTables)
    {
        _retentionRuns.Add(1);
        _droppedTables.Add(droppedTables);
    }

    internal void CallLimited() => _limited.Add(1);

    internal void StorageTurnedAway(string service) => _turnedAway.Add(1, Tag("service", service));

    internal void QueuePoisoned(string queue, int messages) => _poisoned.Record(messages, Tag("queue", queue));

    internal void WriteLost() => _lostWrites.Add(1);

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
