using FsCheck.Xunit;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class UtcDayTests
{
    [Theory]
    [InlineData("2026-09-01T00:00:00+00:00", "20260901")]
    [InlineData("2026-09-01T23:59:59.9999999+00:00", "20260901")]
    [InlineData("2026-09-01T08:59:59.9999999+09:00", "20260831")]
    [InlineData("2026-09-01T09:00:00+09:00", "20260901")]
    [InlineData("2026-12-31T19:00:00-05:00", "20270101")]
    [InlineData("2028-02-29T12:00:00+00:00", "20280229")]
    public void Of_InstantWithOffset_IsItsDayInUtc(string instant, string day)
    {
        var found = UtcDay.Of(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(day, found.ToString());
    }

    [Fact]
    public void StartAndEnd_OfADay_AreItsMidnights()
    {
        var day = new UtcDay(new DateOnly(2026, 2, 28));

        Assert.Equal(Samples.At("2026-02-28T00:00:00Z"), day.Start);
        Assert.Equal(Samples.At("2026-03-01T00:00:00Z"), day.End);
        Assert.Equal(TimeSpan.Zero, day.Start.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-09-01")]
    [InlineData("20260931")]
    [InlineData("2026090")]
    [InlineData("202609011")]
    [InlineData(" 20260901")]
    [InlineData("20260901 ")]
    [InlineData("2026091a")]
    [InlineData("00000101")]
    public void TryParse_NoDay_IsFalse(string text)
    {
        Assert.False(UtcDay.TryParse(text, out _));
    }

    [Fact]
    public void TryParse_Day_IsThatDay()
    {
        var valid = UtcDay.TryParse("20260901", out var day);

        Assert.True(valid);
        Assert.Equal(new DateOnly(2026, 9, 1), day.Date);
    }

    [Fact]
    public void Comparison_OfTwoDays_IsTheirOrderInTime()
    {
        var first = new UtcDay(new DateOnly(2026, 8, 31));
        var second = first.AddDays(1);
        var same = new UtcDay(new DateOnly(2026, 9, 1));

        Assert.Equal("20260901", second.ToString());
        Assert.True(first < second);
        Assert.True(first <= second);
        Assert.True(second > first);
        Assert.True(second >= first);
        Assert.False(second < same);
        Assert.False(second > same);
        Assert.True(second <= same);
        Assert.True(second >= same);
        Assert.True(first.CompareTo(second) < 0);
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool Of_AnyInstant_IsTheOneDayThatHoldsIt(AnyTicks ticks)
    {
        var instant = new DateTimeOffset(ticks.Value, TimeSpan.Zero);
        var day = UtcDay.Of(instant);

        return day.Start <= instant && instant < day.End
            && day.AddDays(-1).End == day.Start && day.AddDays(1).Start == day.End;
    }
}
