namespace LoginAudit.Log.Events;

/// <summary>Days and hours as people of a time zone have them, also where the clock is changed.</summary>
internal static class LocalTime
{
    public const string ZoneTakes = "an IANA time zone, such as Asia/Seoul";

    /// <summary>All offsets of today's zones are multiples of it.</summary>
    public static TimeSpan Quarter { get; } = TimeSpan.FromMinutes(15);

    public static bool TryFindZone(string id, out TimeZoneInfo zone)
    {
        var found = TimeZoneInfo.TryFindSystemTimeZoneById(id, out var any) && any.HasIanaId;
        zone = found ? any! : TimeZoneInfo.Utc;
        return found;
    }

    /// <summary>The first instant of a local day: where midnight comes twice the first, where it is left out what comes in its place.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight))
        {
            midnight += Quarter;
        }

        var offset = zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset);
    }
}
