using FsCheck.Xunit;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class EventIdTests
{
    private const string Text = "08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4";

    [Fact]
    public void ToString_OfTheSample_IsTicksShardHashAndKey()
    {
        var id = Samples.Event.Id;

        Assert.Equal(Text, id.ToString());
        Assert.Equal(639238194151234567, id.Ticks);
        Assert.Equal(0x8f, id.ShardHash);
        Assert.Equal(Samples.At("2026-09-01T00:30:15.1234567Z"), id.OccurredAt);
    }

    [Fact]
    public void Id_OfAnotherVersionOfAnEvent_IsTheSame()
    {
        var other = Samples.Event with { UserId = "somebody-else", LoginId = null, Ip = null };

        Assert.Equal(Text, other.Id.ToString());
    }

    [Fact]
    public void TryParse_ItsText_IsTheSameId()
    {
        var valid = EventId.TryParse(Text, out var id);

        Assert.True(valid);
        Assert.Equal(Samples.Event.Id, id);
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool TryParse_AnyIdsText_IsTheSameId(AnyTicks ticks, byte shardHash, AnyText sourceEventId)
    {
        var id = new EventId(ticks.Value, shardHash, EventKey.Of("native", sourceEventId.Value));

        return id.ToString().Length == 44 && EventId.TryParse(id.ToString(), out var parsed) && parsed == id;
    }

    [Theory]
    [InlineData("")]
    [InlineData("08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx")]
    [InlineData("08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4a")]
    [InlineData("08DF07C0313F1C078fbinuoyokza47eihvbof5gbdcx4")]
    [InlineData("08df07c0313f1c078Dbinuoyokza47eihvbof5gbdcx4")]
    [InlineData("08df07c0313f1c07 dbinuoyokza47eihvbof5gbdcx4")]
    [InlineData("+8df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4")]
    [InlineData("-8df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4")]
    [InlineData("g8df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4")]
    [InlineData("08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx1")]
    [InlineData("08df07c0313f1c078fBinuoyokza47eihvbof5gbdcx4")]
    [InlineData("ffffffffffffffff8fbinuoyokza47eihvbof5gbdcx4")] // negative
    [InlineData("2bca2875f4374000" + "8fbinuoyokza47eihvbof5gbdcx4")] // a tick past 9999-12-31
    public void TryParse_Garbage_GivesNothing(string text)
    {
        var valid = EventId.TryParse(text, out var id);

        Assert.False(valid);
        Assert.Equal(default, id);
    }

    [Fact]
    public void TryParse_LastTickOfTime_IsThatTick()
    {
        var valid = EventId.TryParse("2bca2875f4373fff8fbinuoyokza47eihvbof5gbdcx4", out var id);

        Assert.True(valid);
        Assert.Equal(DateTimeOffset.MaxValue, id.OccurredAt);
    }
}
