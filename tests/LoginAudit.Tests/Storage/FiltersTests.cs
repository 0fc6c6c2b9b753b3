using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Tests.Storage;

public sealed partial class FiltersTests
{
    private const string RowsText = "PartitionKey eq 'acme_20260901' and RowKey ge 'e_1' and RowKey lt 'e_2'";

    private static readonly RowRange Rows = new("e_1", "e_2");

    [Fact]
    public void RowsOf_ARange_IsHalfOpen()
    {
        Assert.Equal(RowsText, TableFilters.RowsOf("acme_20260901", Rows));
    }

    [Fact]
    public void RowsOf_ValuesWithQuotes_DoublesThem()
    {
        Assert.Equal(
            "PartitionKey eq 'o''brien' and RowKey ge ''' or ''''=''' and RowKey lt 'e_2'",
            TableFilters.RowsOf("o'brien", new RowRange("' or ''='", "e_2")));
    }

    [Fact]
    public void OtherFilters_OfTheSamples_AreLiteral()
    {
        Assert.Equal("PartitionKey eq 'acme'", TableFilters.Partition("acme"));
        Assert.Equal("RowKey gt '2912199'", TableFilters.RowsAfter("2912199"));
        Assert.Equal("TableName ge 'LoginEvents' and TableName lt 'LoginEvents~'", TableFilters.TablesNamed("LoginEvents"));
    }

    [Fact]
    public void Events_WithoutConditions_TestsTheRangeOnly()
    {
        Assert.Equal(RowsText, TableFilters.Events("acme_20260901", Rows, ""));
    }

    [Fact]
    public void Events_WithEachCondition_IsLiteral()
    {
        Assert.True(IpRange.TryParse("203.0.113.0/24", out var block));
        var filter = new EventFilter
        {
            EventType = Any(EventType.Login, EventType.LogoutRequested),
            Result = Any(EventResult.Failure),
            Reason = Any(Reason.InvalidCredentials),
            Method = Any(LoginMethod.PhoneOtp),
            Service = Any(ServiceType.Pop3),
            Source = Any("o'brien"),
            Ip = Any(block),
        };

        Assert.Equal(
            RowsText
            + " and (EventType eq 'login' or EventType eq 'logout_requested')"
            + " and (Result eq 'failure')"
            + " and (Reason eq 'invalid_credentials')"
            + " and (LoginMethod eq 'phone_otp')"
            + " and (ServiceType eq 'pop3')"
            + " and (Source eq 'o''brien')"
            + " and ((IpHex ge '00000000000000000000ffffcb007100' and IpHex le '00000000000000000000ffffcb0071ff'))",
            TableFilters.Events("acme_20260901", Rows, TableFilters.Conditions(filter).Filter));
    }

    [Fact]
    public void Events_SourceThatLooksLikeOData_StaysAValue()
    {
        var filter = new EventFilter { Source = Any("' or Source ne '") };

        Assert.Equal(RowsText + " and (Source eq ''' or Source ne ''')", TableFilters.Events("acme_20260901", Rows, TableFilters.Conditions(filter).Filter));
    }

    [Fact]
    public void Events_WhatStorageCannotTest_IsLeftToTheReader()
    {
        var filter = new EventFilter
        {
            User = Any("kim"),
            Result = new Condition<EventResult>([], [EventResult.Failure]),
            Words = ["word"],
            ReceivedThrough = new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.Zero),
        };

        Assert.Equal(RowsText, TableFilters.Events("acme_20260901", Rows, TableFilters.Conditions(filter).Filter));
    }

    [Fact]
    public void Events_FifteenComparisons_AreAllSent()
    {
        var filter = new EventFilter { EventType = Any(Enum.GetValues<EventType>()), Result = Any(Enum.GetValues<EventResult>()) };

        var text = TableFilters.Events("acme_20260901", Rows, TableFilters.Conditions(filter).Filter);

        Assert.Equal(
            RowsText
            + " and (EventType eq 'login' or EventType eq 'logout' or EventType eq 'logout_requested' or EventType eq 'id_changed'"
            + " or EventType eq 'password_changed' or EventType eq 'mfa' or EventType eq 'account_locked'"
            + " or EventType eq 'account_unlocked' or EventType eq 'risk')"
            + " and (Result eq 'success' or Result eq 'failure' or Result eq 'interrupted')",
            text);
        Assert.Equal(15, Comparison().Count(text));
    }

    [Fact]
    public void Events_ConditionThatWouldPassFifteenComparisons_IsLeftOutWhole()
    {
        var filter = new EventFilter
        {
            Reason = Any(Enum.GetValues<Reason>()), // 13: does not fit
            Service = Any(Enum.GetValues<ServiceType>()), // 10: fits
            Source = Any("a", "b", "c"), // does not fit any more
        };

        var text = TableFilters.Events("acme_20260901", Rows, TableFilters.Conditions(filter).Filter);

        Assert.DoesNotContain("Reason", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Source", text, StringComparison.Ordinal);
        Assert.EndsWith(" or ServiceType eq 'others')", text, StringComparison.Ordinal);
        Assert.Equal(13, Comparison().Count(text));
    }

    [Theory]
    [InlineData(6, 15)]
    [InlineData(7, 3)]
    public void Events_Ranges_CountAsTwoComparisonsEach(int ranges, int comparisons)
    {
        var filter = new EventFilter { Ip = Any(Enumerable.Range(1, ranges).Select(i => new IpRange((UInt128)i, (UInt128)i)).ToArray()) };

        Assert.Equal(comparisons, Comparison().Count(TableFilters.Events("acme_20260901", Rows, TableFilters.Conditions(filter).Filter)));
    }

    private static Condition<T> Any<T>(params T[] values) => new(values.ToImmutableArray(), []);

    [GeneratedRegex(" (eq|ge|gt|le|lt|ne) '", RegexOptions.ExplicitCapture)]
    private static partial Regex Comparison();
}
