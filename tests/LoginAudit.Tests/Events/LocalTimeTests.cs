using System.Globalization;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class LocalTimeTests
{
    [Theory]
    [InlineData("UTC", "2026-09-01", "2026-09-01T00:00:00Z")]
    [InlineData("Asia/Seoul", "2026-09-01", "2026-08-31T15:00:00Z")]
    [InlineData("Asia/Kathmandu", "2026-09-01", "2026-08-31T18:15:00Z")]
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z")] // the clock goes forward at 2:00
    [InlineData("America/New_York", "2026-03-09", "2026-03-09T04:00:00Z")]
    [InlineData("America/New_York", "2026-11-02", "2026-11-02T05:00:00Z")]
    [InlineData("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z")] // no midnight: the day starts at 1:00
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z")] // midnight twice: the first
    [InlineData("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z")]
    public void StartOf_Day_IsItsFirstInstant(string zone, string day, string utc)
    {
        Assert.True(LocalTime.TryFindZone(zone, out var found));

        var start = LocalTime.StartOf(DateOnly.Parse(day, CultureInfo.InvariantCulture), found);

        Assert.Equal(utc, start.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("Asia/Seoul", true)]
    [InlineData("UTC", true)]
    [InlineData("Korea Standard Time", false)]
    [InlineData("Mars/Olympus", false)]
    [InlineData("", false)]
    [InlineData("../../etc/passwd", false)]
    public void TryFindZone_TakesIanaNamesOnly(string id, bool found)
    {
        Assert.Equal(found, LocalTime.TryFindZone(id, out _));
    }
}
