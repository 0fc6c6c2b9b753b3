using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LoginAudit.Log.Events;

namespace LoginAudit.Tests.Events;

/// <summary>The event that <c>Storage/README.md</c> documents, and events made at random.</summary>
public static class Samples
{
    public static TenantId Acme { get; } = TenantId.Parse("acme");

    public static DateTimeOffset At(string text) =>
        DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);

    public static LoginEvent Event { get; } = new()
    {
        Tenant = Acme,
        Source = "okta-main",
        SourceEventId = "7f0c1b6e-0001",
        OccurredAt = At("2026-09-01T00:30:15.1234567Z"),
        ReceivedAt = At("2026-09-01T00:30:16.5Z"),
        EventType = EventType.Login,
        Result = EventResult.Failure,
        Reason = Reason.InvalidCredentials,
        ReasonRaw = "INVALID_CREDENTIALS",
        UserId = "00u1abcd",
        LoginId = "Kim@Example.com",
        UserName = "김민준",
        Ip = IPAddress.Parse("203.0.113.7"),
        LoginMethod = LoginMethod.Password,
        ServiceType = ServiceType.PcWeb,
        UserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        SessionId = "s-1",
        CorrelationId = "c-1",
        Application = "Mail",
        Country = "KR",
        City = "Seoul",
        Asn = 4766,
        RiskLevel = "low",
    };

    /// <summary>Only what every event has.</summary>
    public static LoginEvent Bare { get; } = new()
    {
        Tenant = Acme,
        Source = "native",
        SourceEventId = "1",
        OccurredAt = At("2026-09-01T00:00:00Z"),
        ReceivedAt = At("2026-09-01T00:00:01Z"),
        EventType = EventType.Logout,
        Result = EventResult.Success,
        ServiceType = ServiceType.Others,
    };
}

/// <summary>An instant of the calendar, to the tick.</summary>
public readonly record struct AnyTicks(long Value);

/// <summary>Unicode as it is sent: no half surrogate pairs, not blank, up to 40 characters.</summary>
public sealed record AnyText(string Value);

/// <summary>Whatever bytes.</summary>
public sealed record AnyBytes(byte[] Value);

public static class Arbitraries
{
    private const long DayTicks = 864_000_000_000;

    private static readonly string[] Pieces =
    [
        "a", "Z", "0", " ", "'", "''", "\"", "\\", "+", "<", "&", "/", "#", "?", "%", "~", "_", "=", "@", "\t", "\r\n",
        "é", "e\u0301", "ß", "İ", "김", "민준", "日本", "ｱ", "😀", "👩\u200d💻", "\uFFFD", "\u2028", "\u00A0", "\u202E",
    ];

    private static Gen<string> TextGen { get; } =
        from length in Gen.Choose(1, 12)
        from pieces in Gen.Elements(Pieces).ArrayOf(length)
        select "x" + string.Concat(pieces);

    private static Gen<string?> OptionalText { get; } =
        Gen.Frequency((1, Gen.Constant<string?>(null)), (3, TextGen.Select(text => (string?)text)));

    private static Gen<byte[]> BytesGen(int length) => Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(length);

    private static Gen<IPAddress?> IpGen { get; } = Gen.OneOf(
        Gen.Constant<IPAddress?>(null),
        BytesGen(4).Select(bytes => (IPAddress?)new IPAddress(bytes)),
        BytesGen(16).Select(bytes => (IPAddress?)new IPAddress(bytes)));

    private static Gen<long> TicksBetween(int firstDay, int lastDay) =>
        from day in Gen.Choose(firstDay, lastDay)
        from upper in Gen.Choose(0, 863_999)
        from lower in Gen.Choose(0, 999_999)
        select (day * DayTicks) + (upper * 1_000_000L) + lower;

    private static Gen<DateTimeOffset> InstantGen { get; } =
        TicksBetween(739_000, 740_500).Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private static Gen<T?> Optional<T>()
        where T : struct, Enum =>
        Gen.OneOf(Gen.Constant<T?>(null), Gen.Elements(Enum.GetValues<T>()).Select(value => (T?)value));

    public static Arbitrary<AnyTicks> Ticks() => TicksBetween(1, 3_652_057).Select(value => new AnyTicks(value)).ToArbitrary();

    public static Arbitrary<AnyText> Text() => TextGen.Select(text => new AnyText(text)).ToArbitrary();

    public static Arbitrary<AnyBytes> Bytes() => (
        from length in Gen.Choose(0, 200)
        from bytes in BytesGen(length)
        select new AnyBytes(bytes)).ToArbitrary();

    public static Arbitrary<LoginEvent> Event() => (
        from source in Gen.Elements("native", "okta-main", "Entra.1")
        from sourceEventId in TextGen
        from occurredAt in InstantGen
        from receivedAt in InstantGen
        from eventType in Gen.Elements(Enum.GetValues<EventType>())
        from result in Gen.Elements(Enum.GetValues<EventResult>())
        from reason in Optional<Reason>()
        from method in Optional<LoginMethod>()
        from service in Gen.Elements(Enum.GetValues<ServiceType>())
        from ip in IpGen
        from asn in Gen.OneOf(Gen.Constant<long?>(null), Gen.Choose(0, int.MaxValue).Select(value => (long?)(value * 2L)))
        from texts in OptionalText.ArrayOf(11)
        from raw in OptionalText
        select new LoginEvent
        {
            Tenant = Samples.Acme,
            Source = source,
            SourceEventId = sourceEventId,
            OccurredAt = occurredAt,
            ReceivedAt = receivedAt,
            EventType = eventType,
            Result = result,
            Reason = reason,
            LoginMethod = method,
            ServiceType = service,
            Ip = ip,
            Asn = asn,
            ReasonRaw = texts[0],
            UserId = texts[1],
            LoginId = texts[2],
            UserName = texts[3],
            UserAgent = texts[4],
            SessionId = texts[5],
            CorrelationId = texts[6],
            Application = texts[7],
            Country = texts[8],
            City = texts[9],
            RiskLevel = texts[10],
            Raw = raw is null ? null : Encoding.UTF8.GetBytes(raw),
        }).ToArbitrary();
}
