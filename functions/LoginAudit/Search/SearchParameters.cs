using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using LoginAudit.Events;
using LoginAudit.Http;

namespace LoginAudit.Search;

/// <summary>A search's parameters as they were given, by name; from a query string or from an export's request.</summary>
internal sealed partial class SearchParameters(IReadOnlyDictionary<string, string[]> given)
{
    public const int MaxDays = 180;
    public const int DefaultLimit = 50;
    public const int MaxValues = 20;

    private const int DefaultDays = 7;
    private const int MaxValueLength = 256;
    private const int MaxWords = 10;
    private const int MaxTimeLength = 64;

    /// <summary>Long before any event, and after 1601, where the times of Table Storage start.</summary>
    private const int FirstYear = 2000;

    private static readonly string[] Conditions =
        ["user", "ip", "eventType", "result", "reason", "method", "service", "source", "q", "from", "to", "order"];

    private static readonly string[] Paging = ["limit", "cursor"];

    private readonly List<Fault> _faults = [];

    /// <exception cref="ProblemException">Names every parameter that is wrong.</exception>
    public SearchQuery Parse(TenantId tenant, DateTimeOffset now)
    {
        var query = Parse(tenant, now, [.. Conditions, .. Paging]);
        return _faults.Count == 0 ? query : throw ProblemException.Invalid(_faults);
    }

    /// <summary>A whole search, without paging; what is wrong is added to <paramref name="faults"/>.</summary>
    public SearchQuery ParseForExport(TenantId tenant, DateTimeOffset now, List<Fault> faults)
    {
        var query = Parse(tenant, now, Conditions);
        faults.AddRange(_faults);
        return query;
    }

    private SearchQuery Parse(TenantId tenant, DateTimeOffset now, string[] known)
    {
        RejectUnknown(known);
        var filter = ParseFilter();
        var descending = ParseOrder();
        var limit = ParseLimit();
        if (One("cursor") is not { } cursorText)
        {
            var (from, to) = ParsePeriod(now);
            return Query(from, to, null);
        }

        var givenFrom = One("from") is { } fromText ? Time("from", fromText) : null;
        var givenTo = One("to") is { } toText ? Time("to", toText) : null;
        // Beside other faults a cursor cannot be judged: it is bound to all of the search.
        if (!SearchCursor.TryDecode(cursorText, tenant, filter, descending, out var cursor)
            || (givenFrom ?? cursor.From) != cursor.From
            || (givenTo ?? cursor.To) != cursor.To)
        {
            if (_faults.Count == 0)
            {
                _faults.Add(Fault.Of(
                    FaultCodes.InvalidValue, "cursor", cursorText, "a nextCursor of the same search: tenant, conditions, period and order"));
            }
        }

        return Query(cursor.From, cursor.To, cursor.Position);

        SearchQuery Query(DateTimeOffset from, DateTimeOffset to, Storage.LogPosition? after) => new()
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
        foreach (var item in Values(name).SelectMany(value => value.Split(',')).Take(MaxValues + 1))
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
                _faults.Add(Fault.Of(FaultCodes.InvalidValue, name, item, takes));
            }
        }

        if (any.Count + none.Count > MaxValues)
        {
            _faults.Add(Fault.Of(FaultCodes.TooMany, name, $"{any.Count + none.Count} values", $"at most {MaxValues}"));
        }

        return new Condition<T>(any.ToImmutable(), none.ToImmutable());
    }

    private ImmutableArray<string> ParseWords()
    {
        var words = Values("q").SelectMany(value => value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToImmutableArray();
        if (words.Length > MaxWords || words.Any(word => word.Length > MaxValueLength))
        {
            _faults.Add(Fault.Of(
                FaultCodes.TooMany, "q", $"{words.Length} words", $"at most {MaxWords} words of at most {MaxValueLength} characters"));
        }

        return words;
    }

    private (DateTimeOffset From, DateTimeOffset To) ParsePeriod(DateTimeOffset now)
    {
        var to = One("to") is { } toText ? Time("to", toText) : now;
        var from = One("from") is { } fromText ? Time("from", fromText)
            : to is { } end && end.UtcTicks > TimeSpan.FromDays(DefaultDays).Ticks ? end.AddDays(-DefaultDays) : DateTimeOffset.MinValue;
        if (from is null || to is null)
        {
            return default;
        }

        if (from >= to)
        {
            _faults.Add(Fault.Of(FaultCodes.InvalidValue, "from", IsoTime.Text(from.Value), $"a time before 'to' ({IsoTime.Text(to.Value)})"));
        }
        else if (to - from > TimeSpan.FromDays(MaxDays))
        {
            _faults.Add(Fault.Of(FaultCodes.InvalidValue, "from", IsoTime.Text(from.Value), $"a time at most {MaxDays} days before 'to' ({IsoTime.Text(to.Value)})"));
        }

        return (from.Value, to.Value);
    }

    private DateTimeOffset? Time(string name, string text)
    {
        if (text.Length > MaxTimeLength)
        {
            _faults.Add(Fault.Of(FaultCodes.InvalidValue, name, text, IsoTime.Takes));
            return null;
        }

        // A plus sign that was not percent-encoded arrives as a space.
        var sent = SpaceForPlus().Replace(text, "${time}+${offset}");
        if (IsoTime.TryParse(sent, out var instant, out var lacksOffset))
        {
            if (instant.Year >= FirstYear)
            {
                return instant;
            }

            _faults.Add(Fault.Of(FaultCodes.InvalidValue, name, text, $"a time from the year {FirstYear} on"));
            return null;
        }

        _faults.Add(Fault.Of(lacksOffset ? FaultCodes.LacksOffset : FaultCodes.InvalidValue, name, text, IsoTime.Takes));
        return null;
    }

    private bool ParseOrder()
    {
        var order = One("order") ?? "desc";
        if (order is not ("desc" or "asc"))
        {
            _faults.Add(Fault.Of(FaultCodes.InvalidValue, "order", order, "desc or asc"));
        }

        return order != "asc";
    }

    private int ParseLimit()
    {
        if (One("limit") is not { } text)
        {
            return DefaultLimit;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= SearchQuery.MaxLimit)
        {
            return limit;
        }

        _faults.Add(Fault.Of(FaultCodes.InvalidValue, "limit", text, $"a whole number from 1 to {SearchQuery.MaxLimit}"));
        return DefaultLimit;
    }

    private string[] Values(string name) => given.TryGetValue(name, out var values) ? values : [];

    private string? One(string name)
    {
        var values = Values(name);
        if (values.Length > 1)
        {
            _faults.Add(Fault.Of(FaultCodes.TooMany, name, $"{values.Length} values", "one value"));
        }

        return values.FirstOrDefault();
    }

    private void RejectUnknown(string[] known)
    {
        foreach (var name in given.Keys.Where(name => !known.Contains(name, StringComparer.Ordinal)))
        {
            _faults.Add(Fault.Of(FaultCodes.UnknownParameter, name, name, "only " + string.Join(", ", known)));
        }
    }

    [GeneratedRegex(@"\A(?<time>.*:.*) (?<offset>[0-9]{2}:?[0-9]{2})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SpaceForPlus();
}
