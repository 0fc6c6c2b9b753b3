using System.Globalization;
using System.Text.RegularExpressions;
using LoginAudit.Log.Events;

namespace LoginAudit.Http;

/// <summary>A query's parameters as they were given, by name; every fault of them is gathered.</summary>
internal sealed partial class QueryParameters(IReadOnlyDictionary<string, string[]> given)
{
    public const int MaxDays = 180;

    private const int DefaultDays = 7;
    private const int MaxTimeLength = 64;

    /// <summary>Long before any event, and after 1601, where the times of Table Storage start.</summary>
    private const int FirstYear = 2000;

    private TimeZoneInfo? _zone;

    public List<Fault> Faults { get; } = [];

    public string[] Values(string name) => given.TryGetValue(name, out var values) ? values : [];

    public string? One(string name)
    {
        var values = Values(name);
        if (values.Length > 1)
        {
            Faults.Add(Fault.Of(FaultCodes.TooMany, name, $"{values.Length} values", "one value"));
        }

        return values.FirstOrDefault();
    }

    public void RejectUnknown(params string[] known)
    {
        foreach (var name in given.Keys.Where(name => !known.Contains(name, StringComparer.Ordinal)))
        {
            Faults.Add(Fault.Of(FaultCodes.UnknownParameter, name, name, "only " + string.Join(", ", known)));
        }
    }

    /// <summary><c>tz</c>: whose days dates without a time are; UTC without it.</summary>
    public TimeZoneInfo Zone => _zone ??= ReadZone();

    /// <summary><c>from</c> and <c>to</c>; without them the last 7 days.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Period(DateTimeOffset now)
    {
        var to = One("to") is { } toText ? Time("to", toText, isEnd: true) : now;
        var from = One("from") is { } fromText ? Time("from", fromText)
            : to is { } end && end.UtcTicks > TimeSpan.FromDays(DefaultDays).Ticks ? end.AddDays(-DefaultDays) : DateTimeOffset.MinValue;
        if (from is null || to is null)
        {
            return default;
        }

        if (from >= to)
        {
            Faults.Add(Fault.Of(FaultCodes.InvalidValue, "from", IsoTime.Text(from.Value), $"a time before 'to' ({IsoTime.Text(to.Value)})"));
        }
        else if (to - from > TimeSpan.FromDays(MaxDays))
        {
            Faults.Add(Fault.Of(FaultCodes.InvalidValue, "from", IsoTime.Text(from.Value), $"a time at most {MaxDays} days before 'to' ({IsoTime.Text(to.Value)})"));
        }

        return (from.Value, to.Value);
    }

    /// <summary>An instant, or with <c>tz</c> a local day, which is included whole.</summary>
    public DateTimeOffset? Time(string name, string text, bool isEnd = false)
    {
        if (Values("tz").Length > 0
            && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= FirstYear and < 9999)
        {
            return LocalTime.StartOf(isEnd ? day.AddDays(1) : day, Zone);
        }

        if (text.Length > MaxTimeLength)
        {
            Faults.Add(Fault.Of(FaultCodes.InvalidValue, name, text, IsoTime.Takes));
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

            Faults.Add(Fault.Of(FaultCodes.InvalidValue, name, text, $"a time from the year {FirstYear} on"));
            return null;
        }

        Faults.Add(Fault.Of(lacksOffset ? FaultCodes.LacksOffset : FaultCodes.InvalidValue, name, text, IsoTime.Takes));
        return null;
    }

    /// <summary><c>limit</c>: rows in a page; or another number of things.</summary>
    public int Limit(int whenNotGiven, int max, string name = "limit")
    {
        if (One(name) is not { } text)
        {
            return whenNotGiven;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= max)
        {
            return limit;
        }

        Faults.Add(Fault.Of(FaultCodes.InvalidValue, name, text, $"a whole number from 1 to {max}"));
        return whenNotGiven;
    }

    /// <summary>Codes, given one by one or with commas; each once, in their order.</summary>
    public List<T> Codes<T>(string name, int max)
        where T : struct, Enum
    {
        var codes = new List<T>();
        foreach (var text in Values(name).SelectMany(value => value.Split(',')))
        {
            if (Code<T>.TryParse(text.Trim(), out var code))
            {
                codes.Add(code);
            }
            else
            {
                Faults.Add(Fault.Of(FaultCodes.InvalidValue, name, text, Code<T>.Takes));
            }
        }

        codes = [.. codes.Distinct().Order()];
        if (codes.Count > max)
        {
            Faults.Add(Fault.Of(FaultCodes.TooMany, name, $"{codes.Count} values", $"at most {max}"));
        }

        return codes;
    }

    private TimeZoneInfo ReadZone()
    {
        var id = One("tz") ?? "UTC";
        if (!LocalTime.TryFindZone(id, out var zone))
        {
            Faults.Add(Fault.Of(FaultCodes.InvalidValue, "tz", id, LocalTime.ZoneTakes));
        }

        return zone;
    }

    [GeneratedRegex(@"\A(?<time>.*:.*) (?<offset>[0-9]{2}:?[0-9]{2})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SpaceForPlus();
}
