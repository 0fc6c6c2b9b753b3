using FsCheck.Xunit;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class IsoTimeTests
{
    [Theory]
    [InlineData("2026-09-01T00:30:15Z", "2026-09-01T00:30:15.0000000Z")]
    [InlineData("2026-09-01t00:30:15z", "2026-09-01T00:30:15.0000000Z")]
    [InlineData("2026-09-01 00:30:15Z", "2026-09-01T00:30:15.0000000Z")]
    [InlineData("2026-09-01T00:30Z", "2026-09-01T00:30:00.0000000Z")]
    [InlineData("2026-09-01T09:30:15+09:00", "2026-09-01T00:30:15.0000000Z")]
    [InlineData("2026-09-01T09:30:15+0900", "2026-09-01T00:30:15.0000000Z")]
    [InlineData("2026-08-31T19:30:15-05:00", "2026-09-01T00:30:15.0000000Z")]
    [InlineData("2026-09-01T06:00:15+05:30", "2026-09-01T00:30:15.0000000Z")]
    [InlineData("2026-09-01T00:30:15-00:00", "2026-09-01T00:30:15.0000000Z")]
    [InlineData("2026-09-01T14:30:15+14:00", "2026-09-01T00:30:15.0000000Z")]
    [InlineData("2028-02-29T00:00:00Z", "2028-02-29T00:00:00.0000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z")]
    public void TryParse_TimeWithOffset_IsThatInstantInUtc(string text, string utc)
    {
        var valid = IsoTime.TryParse(text, out var instant, out var lacksOffset);

        Assert.True(valid);
        Assert.False(lacksOffset);
        Assert.Equal(TimeSpan.Zero, instant.Offset);
        Assert.Equal(utc, IsoTime.Text(instant));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(".1", 1000000)]
    [InlineData(".12", 1200000)]
    [InlineData(".123", 1230000)]
    [InlineData(".1234", 1234000)]
    [InlineData(".12345", 1234500)]
    [InlineData(".123456", 1234560)]
    [InlineData(".1234567", 1234567)]
    [InlineData(".12345678", 1234567)]
    [InlineData(".123456789", 1234567)]
    [InlineData(".99999999", 9999999)] // cut, not rounded into the next second
    [InlineData(".000000099", 0)]
    public void TryParse_FractionOfASecond_IsCutToTicks(string fraction, long ticks)
    {
        var valid = IsoTime.TryParse($"2026-09-01T00:30:15{fraction}+00:00", out var instant, out _);

        Assert.True(valid);
        Assert.Equal(ticks, (instant - Samples.At("2026-09-01T00:30:15Z")).Ticks);
    }

    [Theory]
    [InlineData("2026-09-01T00:30:15")]
    [InlineData("2026-09-01 00:30:15")]
    [InlineData("2026-09-01T00:30")]
    [InlineData("2026-09-01T00:30:15.123456789")]
    public void TryParse_TimeWithoutOffset_SaysThatItLacksOne(string text)
    {
        var valid = IsoTime.TryParse(text, out _, out var lacksOffset);

        Assert.False(valid);
        Assert.True(lacksOffset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("2026-09-01")]
    [InlineData("2026-09-01Z")]
    [InlineData("20260901T003015Z")]
    [InlineData("1788222615")]
    [InlineData("2026-9-1T00:30:15Z")]
    [InlineData("26-09-01T00:30:15Z")]
    [InlineData("2026-09-01T00:30:15 Z")]
    [InlineData("2026-09-01T00:30:15+9")]
    [InlineData("2026-09-01T00:30:15+09")]
    [InlineData("2026-09-01T00:30:15.Z")]
    [InlineData("2026-09-01T00:30:15,5Z")]
    [InlineData("2026-09-01T00:30:15Z\n")]
    [InlineData(" 2026-09-01T00:30:15Z")]
    [InlineData("٢٠٢٦-09-01T00:30:15Z")]
    [InlineData("Tue, 01 Sep 2026 00:30:15 GMT")]
    [InlineData("2026-00-01T00:30:15Z")]
    [InlineData("2026-13-01T00:30:15Z")]
    [InlineData("2026-02-29T00:30:15Z")]
    [InlineData("2026-04-31T00:30:15Z")]
    [InlineData("2026-09-01T25:00:00Z")]
    [InlineData("2026-09-01T00:60:00Z")]
    [InlineData("2026-09-01T23:59:60Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2026-09-01T00:30:15+15:00")]
    [InlineData("2026-09-01T00:30:15+09:60")]
    [InlineData("0001-01-01T00:00:00+09:00")] // before the first instant
    [InlineData("9999-12-31T23:59:59-01:00")] // past the last one
    public void TryParse_NoTime_IsFalseAndNotForWantOfAnOffset(string text)
    {
        var valid = IsoTime.TryParse(text, out _, out var lacksOffset);

        Assert.False(valid);
        Assert.False(lacksOffset);
    }

    [Fact]
    public void Text_OfAnInstantWithOffset_IsUtcWithSevenDigits()
    {
        var text = IsoTime.Text(new DateTimeOffset(2026, 9, 1, 9, 0, 0, TimeSpan.FromHours(9)).AddTicks(5));

        Assert.Equal("2026-09-01T00:00:00.0000005Z", text);
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool TryParse_AnyInstantsText_IsThatInstant(AnyTicks ticks)
    {
        var instant = new DateTimeOffset(ticks.Value, TimeSpan.Zero);

        return IsoTime.TryParse(IsoTime.Text(instant), out var parsed, out _) && parsed == instant;
    }
}
