using System.Collections.Immutable;
using LoginAudit.Http;
using LoginAudit.Log.Events;

namespace LoginAudit.Search;

/// <summary>A search's parameters as they were given, by name; from a query string or from an export's request.</summary>
internal sealed class SearchParameters(IReadOnlyDictionary<string, string[]> given)
{
    public const int DefaultLimit = 50;
    public const int MaxValues = 20;

    private const int MaxValueLength = 256;
    private const int MaxWords = 10;

    private static readonly string[] Conditions =
        ["user", "ip", "eventType", "result", "reason", "method", "service", "source", "q", "from", "to", "tz", "order"];

    private static readonly string[] Paging = ["limit", "cursor", "explain"];

    private readonly QueryParameters _query = new(given);

    /// <exception cref="ProblemException">Names every parameter that is wrong.</exception>
    public SearchQuery Parse(TenantId tenant, DateTimeOffset now)
    {
        var query = Parse(tenant, now, [.. Conditions, .. Paging]) with { Explain = ParseExplain() };
        return _query.Faults.Count == 0 ? query : throw ProblemException.Invalid(_query.Faults);
    }

    /// <summary>A whole search, without paging; what is wrong is added to <paramref name="faults"/>.</summary>
    public SearchQuery ParseForExport(TenantId tenant, DateTimeOffset now, List<Fault> faults)
    {
        var query = Parse(tenant, now, Conditions);
        faults.AddRange(_query.Faults);
        return query;
    }

    /// <summary>The conditions as they were given, with the period settled and without paging.</summary>
    public Dictionary<string, string[]> Settled(SearchQuery query)
    {
        var settled = given.Where(pair => !Paging.Contains(pair.Key, StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal);
        settled["from"] = [IsoTime.Text(query.From)];
        settled["to"] = [IsoTime.Text(query.To)];
        return settled;
    }

    private SearchQuery Parse(TenantId tenant, DateTimeOffset now, string[] known)
    {
        _query.RejectUnknown(known);
        _ = _query.Zone; // its fault, also where no date needs it
        var filter = ParseFilter();
        var descending = ParseOrder();
        var limit = _query.Limit(DefaultLimit, SearchQuery.MaxLimit);
        if (_query.One("cursor") is not { } cursorText)
        {
            var (from, to) = _query.Period(now);
            return Query(from, to, null);
        }

        var givenFrom = _query.One("from") is { } fromText ? _query.Time("from", fromText) : null;
        var givenTo = _query.One("to") is { } toText ? _query.Time("to", toText, isEnd: true) : null;
        // Beside other faults a cursor cannot be judged: it is bound to all of the search.
        if (!PageCursor.TryDecode(cursorText, SearchQuery.BoundTo(tenant, filter, descending), out var cursor)
            || (givenFrom ?? cursor.From) != cursor.From
            || (givenTo ?? cursor.To) != cursor.To)
        {
            if (_query.Faults.Count == 0)
            {
                _query.Faults.Add(Fault.Of(
                    FaultCodes.InvalidValue, "cursor", cursorText, "a nextCursor of the same search: tenant, conditions, period and order"));
            }
        }

        return Query(cursor.From, cursor.To, cursor.Position);

        SearchQuery Query(DateTimeOffset from, DateTimeOffset to, LogPosition? after) => new()
        {
            Tenant = tenant, From = from, To = to, Filter = filter, Descending = descending, Limit = limit, After = after,
        };
    }

    private EventFilter ParseFilter() => new()
    {
        User = Condition("user", text => (UserKey.TryNormalize(text, out var user), user), "user ids or login ids"),
        Ip = Condition("ip", text => (IpRange.TryParse(text, out var range), range), "addresses or CIDR blocks, such as 203.0.113.0/24"),
        EventType = Codes<EventType>("eventType"),
        Result = Codes<EventResult>("result"),
        Reason = Codes<Reason>("reason"),
        Method = Codes<LoginMethod>("method"),
        Service = Codes<ServiceType>("service"),
        Source = Condition("source", text => (SourceName.IsValid(text), text), SourceName.Takes),
        Words = ParseWords(),
    };

    private Condition<T> Codes<T>(string name)
        where T : struct, Enum =>
        Condition(name, text => (Code<T>.TryParse(text, out var value), value), Code<T>.Takes);

    private Condition<T> Condition<T>(string name, Func<string, (bool IsValid, T Value)> parse, string takes)
    {
        var any = ImmutableArray.CreateBuilder<T>();
        var none = ImmutableArray.CreateBuilder<T>();
        foreach (var item in _query.Values(name).SelectMany(value => value.Split(',')).Take(MaxValues + 1))
        {
            var excludes = item.StartsWith('!');
            var text = (excludes ? item[1..] : item).Trim();
            var (isValid, value) = text.Length is > 0 and <= MaxValueLength ? parse(text) : default;
            if (isValid)
            {
                (excludes ? none : any).Add(value);
            }
            else
            {
                _query.Faults.Add(Fault.Of(FaultCodes.InvalidValue, name, item, takes));
            }
        }

        if (any.Count + none.Count > MaxValues)
        {
            _query.Faults.Add(Fault.Of(FaultCodes.TooMany, name, $"{any.Count + none.Count} values", $"at most {MaxValues}"));
        }

        return new Condition<T>(any.ToImmutable(), none.ToImmutable());
    }

    private ImmutableArray<string> ParseWords()
    {
        var words = _query.Values("q").SelectMany(value => value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToImmutableArray();
        if (words.Length > MaxWords || words.Any(word => word.Length > MaxValueLength))
        {
            _query.Faults.Add(Fault.Of(
                FaultCodes.TooMany, "q", $"{words.Length} words", $"at most {MaxWords} words of at most {MaxValueLength} characters"));
        }

        return words;
    }

    private bool ParseExplain()
    {
        var explain = _query.One("explain") ?? "false";
        if (explain is not ("true" or "false"))
        {
            _query.Faults.Add(Fault.Of(FaultCodes.InvalidValue, "explain", explain, "true or false"));
        }

        return explain == "true";
    }

    private bool ParseOrder()
    {
        var order = _query.One("order") ?? "desc";
        if (order is not ("desc" or "asc"))
        {
            _query.Faults.Add(Fault.Of(FaultCodes.InvalidValue, "order", order, "desc or asc"));
        }

        return order != "asc";
    }
}
