using FsCheck.Xunit;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class EventKeyTests
{
    // python3: base32 of sha256(b'okta-main\0' + b'7f0c1b6e-0001')[:16]
    [Fact]
    public void Of_SourceAndId_IsTheirHash()
    {
        var key = EventKey.Of("okta-main", "7f0c1b6e-0001");

        Assert.Equal("binuoyokza47eihvbof5gbdcx4", key.Value);
        Assert.Equal("binuoyokza47eihvbof5gbdcx4", key.ToString());
    }

    [Fact]
    public void Of_PairsThatRunTogether_Differ()
    {
        Assert.NotEqual(EventKey.Of("okta", "1x"), EventKey.Of("okta1", "x"));
        Assert.NotEqual(EventKey.Of("okta", ""), EventKey.Of("", "okta"));
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool Of_TwoEvents_IsTheSameOnlyForTheSameIds(AnyText left, AnyText right) =>
        (EventKey.Of("native", left.Value) == EventKey.Of("native", right.Value)) == (left.Value == right.Value);

    [Fact]
    public void TryParse_ItsText_IsTheSameKey()
    {
        var valid = EventKey.TryParse("binuoyokza47eihvbof5gbdcx4", out var key);

        Assert.True(valid);
        Assert.Equal(EventKey.Of("okta-main", "7f0c1b6e-0001"), key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("binuoyokza47eihvbof5gbdcx")]
    [InlineData("binuoyokza47eihvbof5gbdcx4a")]
    [InlineData("BINUOYOKZA47EIHVBOF5GBDCX4")]
    [InlineData("binuoyokza47eihvbof5gbdc'4")]
    public void TryParse_NoKey_GivesNothing(string text)
    {
        var valid = EventKey.TryParse(text, out var key);

        Assert.False(valid);
        Assert.Equal(default, key);
    }
}
