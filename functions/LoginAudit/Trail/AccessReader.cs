using System.Text.Json;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Search;
using Microsoft.Extensions.Options;

namespace LoginAudit.Trail;

/// <summary>Reads the access trail, a page at a time, under the time budget of a search.</summary>
public sealed class AccessReader(
    AccessTrail trail, IOptions<SearchOptions> search, IOptions<RetentionOptions> retention, TimeProvider time)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 1000;

    /// <summary>With the five of tenant, period and caller, what a filter may hold.</summary>
    public const int MaxActions = 10;

    /// <exception cref="ProblemException">Names every parameter that is wrong.</exception>
    internal async Task<AccessPage> ReadAsync(Call call, Dictionary<string, string[]> given, CancellationToken cancellationToken)
    {
        var deadline = time.GetUtcNow() + search.Value.Budget;
        var (scan, limit) = Parse(call.Tenant, new QueryParameters(given));
        call.Details = given.Where(pair => pair.Key != "cursor").ToDictionary(StringComparer.Ordinal);
        var entries = new List<AccessEntryView>();
        await foreach (var step in trail.ReadAsync(Kept(scan), cancellationToken))
        {
            if (step.Entry is { } entry)
            {
                entries.Add(AccessEntryView.Of(entry));
            }

            if (entries.Count == limit || time.GetUtcNow() >= deadline)
            {
                var cursor = new PageCursor(scan.From, scan.To, step.Position).Encode(BoundTo(scan));
                return new AccessPage(entries, cursor, new DateTimeOffset(step.Position.Ticks, TimeSpan.Zero), Complete: false);
            }
        }

        return new AccessPage(entries, null, scan.From, Complete: true);
    }

    private (TrailScan Scan, int Limit) Parse(TenantId tenant, QueryParameters query)
    {
        query.RejectUnknown("from", "to", "action", "caller", "limit", "cursor");
        var (from, to) = query.Period(time.GetUtcNow());
        var limit = query.Limit(DefaultLimit, MaxLimit);
        var scan = new TrailScan(tenant, from, to, query.Codes<AccessAction>("action", MaxActions), query.One("caller"), null, limit);
        if (query.One("cursor") is { } text)
        {
            if (PageCursor.TryDecode(text, BoundTo(scan), out var cursor))
            {
                scan = scan with { From = cursor.From, To = cursor.To, After = cursor.Position };
            }
            else
            {
                query.Faults.Add(Fault.Of(FaultCodes.InvalidValue, "cursor", text, "a nextCursor of the same trail: tenant, action and caller"));
            }
        }

        return query.Faults.Count == 0 ? (scan, limit) : throw ProblemException.Invalid(query.Faults);
    }

    /// <summary>What is older is gone, whether its table has been dropped yet or not.</summary>
    private TrailScan Kept(TrailScan scan)
    {
        var oldest = time.GetUtcNow() - TimeSpan.FromDays(retention.Value.Days);
        return scan.From > oldest ? scan : scan with { From = oldest };
    }

    private static string BoundTo(TrailScan scan) =>
        JsonSerializer.Serialize(new { trail = scan.Tenant.Value, scan.Actions, scan.CallerId });
}
