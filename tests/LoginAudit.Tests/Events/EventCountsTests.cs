using System.Globalization;
using System.Net;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

public sealed class EventCountsTests
{
    [Fact]
    public void Add_Events_CountsResultsByQuarterAndFailuresByUserAndAddress()
    {
        var counts = new EventCounts();
        var failed = Samples.Event;

        counts.Add(failed);
        counts.Add(failed with { LoginId = "KIM@example.com ", OccurredAt = Samples.At("2026-09-01T00:44:59.9999999Z") });
        counts.Add(failed with { LoginId = null, OccurredAt = Samples.At("2026-09-01T00:45:00Z"), Reason = Reason.Other });
        counts.Add(failed with { Result = EventResult.Success, Reason = null });
        counts.Add(failed with { Result = EventResult.Interrupted, Reason = Reason.MfaRequired });

        Assert.Equal(
            [(Samples.At("2026-09-01T00:30:00Z").UtcTicks, new ResultCounts(1, 2, 1)), (Samples.At("2026-09-01T00:45:00Z").UtcTicks, new ResultCounts(0, 1, 0))],
            counts.Quarters.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal([(Reason.InvalidCredentials, 2L), (Reason.Other, 1), (Reason.MfaRequired, 1)], counts.Reasons.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal([("kim@example.com", 2L), ("00u1abcd", 1)], counts.TopUsers(10).Select(pair => (pair.Key, pair.Value)));
        var (address, of) = Assert.Single(counts.TopAddresses(10));
        Assert.Equal(("203.0.113.7", 3L, 2L), (EventCounts.ToAddress(address).ToString(), of.Failures, of.Users.Count));
    }

    [Fact]
    public void TopAddresses_OneTriesManyUsers_ComesBeforeOneThatFailsOften()
    {
        var counts = new EventCounts();
        for (var i = 0; i < 20; i++)
        {
            counts.Add(Samples.Event with { LoginId = $"user-{i}", Ip = IPAddress.Parse("198.51.100.9") });
            counts.Add(Samples.Event);
            counts.Add(Samples.Event with { Ip = IPAddress.Parse("2001:db8::7") });
        }

        Assert.Equal(["198.51.100.9", "203.0.113.7", "2001:db8::7"], counts.TopAddresses(3).Select(pair => EventCounts.ToAddress(pair.Key).ToString()));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(256, 0)]
    [InlineData(1000, 0.15)]
    [InlineData(50_000, 0.15)]
    public void DistinctCount_OfAnyOrderAndParts_IsNear(int users, double off)
    {
        var (first, second) = (new DistinctCount(), new DistinctCount());
        for (var i = 0; i < users; i++)
        {
            var user = i.ToString(CultureInfo.InvariantCulture);
            first.Add(user);
            first.Add(user);
            if (i % 3 == 0)
            {
                second.Add(user);
            }
        }

        second.AddHashes(first.Hashes);

        Assert.InRange(first.Count, users * (1 - off), users * (1 + off));
        Assert.Equal(first.Count, second.Count);
    }
}
