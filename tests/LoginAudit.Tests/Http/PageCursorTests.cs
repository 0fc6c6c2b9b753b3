using FsCheck.Xunit;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Search;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Http;

public sealed class PageCursorTests
{
    private const string Text = "AQjfAjvOdQAACN8Hu_dZQAAI3wdXYiRgB2JpbnVveW9remE0N2VpaHZib2Y1Z2JkY3g0A1mHNNI9rOzR5bAo0H8mmA";

    private static readonly EventFilter Failures = new() { Result = new Condition<EventResult>([EventResult.Failure], []) };

    private static readonly PageCursor Sample = new(
        Samples.At("2026-08-25T00:00:00Z"),
        Samples.At("2026-09-01T00:00:00Z"),
        new LogPosition(Samples.At("2026-08-31T12:00:00.0000007Z").Ticks, "binuoyokza47eihvbof5gbdcx4"));

    // Made by python3: base64url of version, three times as big-endian ticks, key, and 16 bytes of the SHA-256. A cursor that
    // an earlier build gave out must work with this one.
    [Fact]
    public void Encode_Sample_IsLiteral()
    {
        Assert.Equal(Text, Sample.Encode(SearchQuery.BoundTo(Samples.Acme, Failures, descending: true)));
    }

    [Fact]
    public void TryDecode_ItsText_IsTheSameCursor()
    {
        var valid = PageCursor.TryDecode(Text, SearchQuery.BoundTo(Samples.Acme, Failures, descending: true), out var cursor);

        Assert.True(valid);
        Assert.Equal(Sample, cursor);
    }

    [Fact]
    public void TryDecode_EndOfADayInTheOtherOrder_IsTheSameCursor()
    {
        const string text = "AQjfAjvOdQAACN8Hu_dZQAAI3wbyzO-AAH55EjjkLL_JswvOCC2ihTXh";

        var valid = PageCursor.TryDecode(text, SearchQuery.BoundTo(Samples.Acme, EventFilter.Everything, descending: false), out var cursor);

        Assert.True(valid);
        Assert.Equal(new LogPosition(Samples.At("2026-08-31T00:00:00Z").Ticks, "~"), cursor.Position);
    }

    [Property(Arbitrary = [typeof(Arbitraries)])]
    public bool TryDecode_AnyCursorsText_IsTheSameCursor(AnyTicks from, AnyTicks to, AnyTicks at, AnyText id, bool descending, byte edge)
    {
        var key = (edge % 3) switch { 0 => LogPosition.BeforeEveryKey, 1 => LogPosition.AfterEveryKey, _ => EventKey.Of("native", id.Value).Value };
        var filter = new EventFilter { User = new Condition<string>([id.Value], []) };
        var cursor = new PageCursor(
            new DateTimeOffset(from.Value, TimeSpan.Zero), new DateTimeOffset(to.Value, TimeSpan.Zero), new LogPosition(at.Value, key));

        return PageCursor.TryDecode(cursor.Encode(SearchQuery.BoundTo(Samples.Acme, filter, descending)), SearchQuery.BoundTo(Samples.Acme, filter, descending), out var decoded)
            && decoded == cursor;
    }

    [Fact]
    public void TryDecode_AnyOneCharacterChanged_IsRejected()
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=%. \n\0é";
        var accepted = new List<string>();
        for (var at = 0; at < Text.Length; at++)
        {
            foreach (var c in alphabet.Where(c => c != Text[at]))
            {
                var changed = $"{Text[..at]}{c}{Text[(at + 1)..]}";
                if (PageCursor.TryDecode(changed, SearchQuery.BoundTo(Samples.Acme, Failures, descending: true), out _))
                {
                    accepted.Add($"'{c}' at {at} of {Text.Length}");
                }
            }
        }

        Assert.Empty(accepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" " + Text)]
    [InlineData(Text + " ")]
    [InlineData(Text + "\n")]
    [InlineData(Text + "=")]
    [InlineData(Text + "==")]
    [InlineData(Text + "AAAA")]
    [InlineData(Text + Text)]
    [InlineData("null")]
    [InlineData("~~~~")]
    [InlineData("AgjfAjvOdQAACN8Hu_dZQAAI3wbyzO-AAFcnoSQ4N-iuTDb1LP2XT-c")] // version 2, with a right digest
    [InlineData("Af__________CN8Hu_dZQAAI3wbyzO-AAH4guXi0B8h2S7sHp1a1e--X")] // starts at tick -1, with a right digest
    public void TryDecode_WhatItDidNotMake_IsRejected(string text)
    {
        Assert.False(PageCursor.TryDecode(text, SearchQuery.BoundTo(Samples.Acme, Failures, descending: true), out _));
        Assert.False(PageCursor.TryDecode(text, SearchQuery.BoundTo(Samples.Acme, EventFilter.Everything, descending: true), out var cursor));
        Assert.Equal(default, cursor);
    }

    [Fact]
    public void TryDecode_OfAnotherSearch_IsRejected()
    {
        var others = new EventFilter { Result = new Condition<EventResult>([], [EventResult.Failure]) };

        Assert.False(PageCursor.TryDecode(Text, SearchQuery.BoundTo(TenantId.Parse("acme2"), Failures, descending: true), out _));
        Assert.False(PageCursor.TryDecode(Text, SearchQuery.BoundTo(Samples.Acme, Failures, descending: false), out _));
        Assert.False(PageCursor.TryDecode(Text, SearchQuery.BoundTo(Samples.Acme, EventFilter.Everything, descending: true), out _));
        Assert.False(PageCursor.TryDecode(Text, SearchQuery.BoundTo(Samples.Acme, others, descending: true), out _));
        Assert.False(PageCursor.TryDecode(Text, SearchQuery.BoundTo(Samples.Acme, Failures with { Words = ["a"] }, descending: true), out _));
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 1000)]
    public bool TryDecode_RandomBytes_AreRejected(AnyBytes bytes) =>
        !PageCursor.TryDecode(System.Buffers.Text.Base64Url.EncodeToString(bytes.Value), SearchQuery.BoundTo(Samples.Acme, Failures, descending: true), out _);

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 1000)]
    public bool TryDecode_RandomText_IsRejected(string? text) =>
        !PageCursor.TryDecode(text ?? "", SearchQuery.BoundTo(Samples.Acme, Failures, descending: true), out _);
}
