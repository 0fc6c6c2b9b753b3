using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoginAudit.LocalHost;

/// <summary>
/// Thirty days of sign-ins that look like a company's: 40 people in three offices, working hours, weekends, several
/// providers, mail clients that sign in all day, wrong passwords, and one burst of password spraying.
/// </summary>
internal static class DemoData
{
    /// <summary>As the app reads events.</summary>
    public static JsonSerializerOptions Json { get; } =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private const int Days = 30;
    private const int Seed = 20260901;

    private static readonly (string Login, string Name)[] People =
    [
        ("mina.kim", "김민아"), ("jisoo.park", "박지수"), ("haruto.sato", "佐藤陽翔"), ("yui.tanaka", "田中結衣"), ("alex.meyer", "Alex Meyer"),
        ("sofia.rossi", "Sofia Rossi"), ("liam.obrien", "Liam O'Brien"), ("chloe.dubois", "Chloé Dubois"), ("minjun.lee", "이민준"), ("seoyeon.choi", "최서연"),
        ("ren.suzuki", "鈴木蓮"), ("aoi.watanabe", "渡辺葵"), ("noah.smith", "Noah Smith"), ("emma.jones", "Emma Jones"), ("lucas.silva", "Lucas Silva"),
        ("ana.garcia", "Ana García"), ("jiho.jung", "정지호"), ("hayun.kang", "강하윤"), ("sota.ito", "伊藤颯太"), ("hina.yamamoto", "山本陽菜"),
        ("olga.ivanova", "Ольга Иванова"), ("omar.haddad", "Omar Haddad"), ("priya.nair", "Priya Nair"), ("wei.chen", "陈伟"), ("junseo.yoon", "윤준서"),
        ("yuna.lim", "임유나"), ("yamato.kato", "加藤大和"), ("mei.yoshida", "吉田芽依"), ("erik.larsen", "Erik Larsen"), ("ingrid.berg", "Ingrid Berg"),
        ("tom.becker", "Tom Becker"), ("lea.fischer", "Lea Fischer"), ("siwoo.han", "한시우"), ("jian.oh", "오지안"), ("riku.sasaki", "佐々木陸"),
        ("sara.abe", "阿部紗良"), ("david.cohen", "David Cohen"), ("nora.lind", "Nora Lind"), ("marta.nowak", "Marta Nowak"), ("ivan.petrov", "Иван Петров"),
    ];

    private static readonly (string Service, string Method, string Source, string Agent, int Weight)[] Ways =
    [
        ("pc_web", "sso", "okta", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36", 30),
        ("pc_web", "password", "portal", "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", 18),
        ("mobile_app", "passkey", "portal", "LoginAuditDemo/3.2 (iPhone; iOS 18.1)", 16),
        ("mobile_app", "phone_otp", "portal", "LoginAuditDemo/3.2 (Android 15; Pixel 9)", 8),
        ("pc_app", "sso", "entra", "LoginAuditDemo-Desktop/5.1 (Windows NT 10.0)", 12),
        ("drive_explorer", "token", "portal", "DriveExplorer/2.4 (Windows NT 10.0)", 4),
        ("imap", "password", "mail", "Thunderbird/128.5", 4),
        ("smtp", "password", "mail", "Thunderbird/128.5", 3),
        ("pop3", "password", "mail", "Outlook/16.0", 1),
        ("caldav", "password", "mail", "iOS/18.1 dataaccessd/1.0", 2),
        ("api", "token", "google", "report-sync/1.8", 2),
        ("others", "social", "google", "SmartTV/1.0", 1),
    ];

    private static readonly (string Prefix, string Country, string City, long Asn)[] Offices =
        [("192.0.2.", "KR", "Seoul", 64496), ("198.51.100.", "JP", "Tokyo", 64497), ("2001:db8:51::", "DE", "Berlin", 64498)];

    /// <summary>Events from 30 days before <paramref name="now"/> to it, oldest first; the same for the same moment.</summary>
    public static IReadOnlyList<DemoEvent> Generate(DateTimeOffset now)
    {
        var random = new Random(Seed);
        var events = new List<DemoEvent>();
        for (var day = Days; day >= 0; day--)
        {
            var midnight = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(-day);
            var share = midnight.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.2 : 1.0;
            for (var person = 0; person < People.Length; person++)
            {
                var signIns = share < 1 ? random.Next(3) == 0 ? 2 : 0 : random.Next(3, 8);
                for (var i = 0; i < signIns; i++)
                {
                    AddSignIn(events, random, midnight, person);
                }
            }

            if (day == 9)
            {
                AddSpraying(events, random, midnight);
            }
        }

        return [.. events.Where(e => e.OccurredAt <= now && e.OccurredAt > now.AddDays(-Days)).OrderBy(e => e.OccurredAt)];
    }

    private static void AddSignIn(List<DemoEvent> events, Random random, DateTimeOffset midnight, int person)
    {
        var (login, name) = People[person];
        var office = Offices[person % Offices.Length];
        var (service, method, source, agent, _) = Pick(random);
        // The middle of the working day in Seoul and Tokyo is 05:00 UTC, in Berlin 12:00.
        var noon = office.Country == "DE" ? 12 : 5;
        var hour = Math.Clamp(noon + (SumOfThree(random) * 5), 0.1, 23.8);
        var time = midnight.AddHours(hour).AddTicks(random.NextInt64(TimeSpan.TicksPerSecond));
        var signIn = new DemoEvent
        {
            Source = source,
            SourceEventId = Id(random),
            OccurredAt = time,
            EventType = "login",
            Result = "success",
            UserId = string.Create(CultureInfo.InvariantCulture, $"u-{1000 + person}"),
            LoginId = $"{login}@example.com",
            UserName = name,
            Ip = office.Prefix + (10 + person).ToString(CultureInfo.InvariantCulture),
            LoginMethod = method,
            ServiceType = service,
            UserAgent = agent,
            SessionId = Id(random),
            Application = service == "api" ? "report-sync" : "demo-suite",
            Country = office.Country,
            City = office.City,
            Asn = office.Asn,
        };

        if (random.Next(100) < 7)
        {
            var (reason, words) = random.Next(10) switch
            {
                < 6 => ("invalid_credentials", "Wrong password"),
                < 8 => ("mfa_failed", "Code did not match"),
                8 => ("password_expired", "Password expired"),
                _ => ("policy_denied", "Blocked by sign-on policy"),
            };
            events.Add(signIn with
            {
                SourceEventId = Id(random),
                OccurredAt = time.AddSeconds(-random.Next(5, 40)),
                Result = "failure",
                Reason = reason,
                ReasonRaw = words,
                SessionId = null,
            });
        }

        events.Add(signIn);
        if (service == "pc_web" && random.Next(4) == 0)
        {
            events.Add(signIn with { SourceEventId = Id(random), EventType = "logout", OccurredAt = time.AddMinutes(random.Next(20, 200)) });
        }

        if (random.Next(400) == 0)
        {
            events.Add(signIn with { SourceEventId = Id(random), EventType = "password_changed", OccurredAt = time.AddMinutes(2) });
        }
    }

    /// <summary>One network tries a few passwords on everybody and on names that do not exist; one account is locked.</summary>
    private static void AddSpraying(List<DemoEvent> events, Random random, DateTimeOffset midnight)
    {
        var start = midnight.AddHours(2.5);
        for (var i = 0; i < 420; i++)
        {
            var known = random.Next(3) > 0;
            var person = random.Next(People.Length);
            events.Add(new DemoEvent
            {
                Source = "okta",
                SourceEventId = Id(random),
                OccurredAt = start.AddSeconds(i * 2.3).AddTicks(random.NextInt64(TimeSpan.TicksPerSecond)),
                EventType = i == 300 ? "account_locked" : "login",
                Result = i == 300 ? "success" : "failure",
                Reason = i == 300 ? null : known ? "invalid_credentials" : "unknown_user",
                ReasonRaw = i == 300 ? null : known ? "INVALID_CREDENTIALS" : "UNKNOWN_USER",
                UserId = known ? string.Create(CultureInfo.InvariantCulture, $"u-{1000 + person}") : null,
                LoginId = known ? $"{People[person].Login}@example.com" : string.Create(CultureInfo.InvariantCulture, $"admin{random.Next(200)}@example.com"),
                UserName = known ? People[person].Name : null,
                Ip = string.Create(CultureInfo.InvariantCulture, $"203.0.113.{40 + random.Next(6)}"),
                LoginMethod = "password",
                ServiceType = "pc_web",
                UserAgent = "python-requests/2.32",
                Country = "ZZ",
                Asn = 64511,
                RiskLevel = "high",
            });
        }
    }

    private static (string Service, string Method, string Source, string Agent, int Weight) Pick(Random random)
    {
        var place = random.Next(Ways.Sum(way => way.Weight));
        foreach (var way in Ways)
        {
            place -= way.Weight;
            if (place < 0)
            {
                return way;
            }
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    /// <summary>Bell-shaped around 0, within -1.5 to 1.5.</summary>
    private static double SumOfThree(Random random) => random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;

    private static string Id(Random random) => random.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>A sign-in as the app's API takes it.</summary>
internal sealed record DemoEvent
{
    public required string Source { get; init; }

    public required string SourceEventId { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required string EventType { get; init; }

    public required string Result { get; init; }

    public string? Reason { get; init; }

    public string? ReasonRaw { get; init; }

    public string? UserId { get; init; }

    public string? LoginId { get; init; }

    public string? UserName { get; init; }

    public string? Ip { get; init; }

    public string? LoginMethod { get; init; }

    public string? ServiceType { get; init; }

    public string? UserAgent { get; init; }

    public string? SessionId { get; init; }

    public string? Application { get; init; }

    public string? Country { get; init; }

    public string? City { get; init; }

    public long? Asn { get; init; }

    public string? RiskLevel { get; init; }
}
