using System.Globalization;
using LoginAudit.Log.Events;

namespace LoginAudit.Exports;

/// <summary>The words of exports in one language: a CSV's headings and cells, and what a job is.</summary>
internal sealed class ExportTexts
{
    private static readonly Dictionary<string, ExportTexts> All = new(StringComparer.Ordinal)
    {
        ["en"] = new ExportTexts
        {
            Headings = ["Description", "User", "Date", "IP address", "Login method", "Service type"],
            Types = ["Login", "Logout", "Logout requested by the server", "ID change", "Password change", "Two-step verification", "Account locked", "Account unlocked", "Risk detected"],
            Results = ["succeeded", "failed", "interrupted"],
            Reasons = ["wrong ID or password", "unknown user", "account disabled", "account locked", "password expired", "verification required", "verification failed", "IP address blocked", "threat detected", "denied by policy", "session expired", "identity provider error", "other reason"],
            Methods = ["Password", "SSO", "Social login", "Phone code", "Email code", "Authenticator app", "Passkey", "Certificate", "Token", "Other"],
            Conditions = ["Event", "Result", "Reason", "Source", "Words"],
            Not = "not {0}",
            Services = ["PC Web", "PC App", "Mobile App", "Drive explorer", "IMAP", "POP3", "SMTP", "CalDAV", "API", "Others"],
        },
        ["ko"] = new ExportTexts
        {
            Headings = ["설명", "구성원", "일시", "IP 주소", "로그인 방법", "서비스 유형"],
            Types = ["로그인", "로그아웃", "서버의 로그아웃 요청", "아이디 변경", "비밀번호 변경", "2단계 인증", "계정 잠금", "계정 잠금 해제", "위험 감지"],
            Results = ["성공", "실패", "중단"],
            Reasons = ["아이디 또는 비밀번호 오류", "등록되지 않은 사용자", "사용 중지된 계정", "잠긴 계정", "비밀번호 만료", "추가 인증 필요", "추가 인증 실패", "차단된 IP 주소", "위협 감지", "정책에 의한 거부", "세션 만료", "인증 제공자 오류", "기타 사유"],
            Methods = ["비밀번호", "SSO", "소셜 로그인", "휴대폰 인증번호", "이메일 인증번호", "인증 앱", "패스키", "인증서", "토큰", "기타"],
            Conditions = ["이벤트", "결과", "사유", "소스", "검색어"],
            Not = "{0} 제외",
            Services = ["PC 웹", "PC 앱", "모바일 앱", "드라이브 탐색기", "IMAP", "POP3", "SMTP", "CalDAV", "API", "기타"],
        },
        ["ja"] = new ExportTexts
        {
            Headings = ["説明", "メンバー", "日時", "IPアドレス", "ログイン方法", "サービスタイプ"],
            Types = ["ログイン", "ログアウト", "サーバーからのログアウト要求", "ID変更", "パスワード変更", "2段階認証", "アカウントロック", "アカウントロック解除", "リスク検知"],
            Results = ["成功", "失敗", "中断"],
            Reasons = ["IDまたはパスワードの誤り", "存在しないユーザー", "無効なアカウント", "ロックされたアカウント", "パスワードの有効期限切れ", "追加認証が必要", "追加認証に失敗", "ブロックされたIPアドレス", "脅威を検知", "ポリシーによる拒否", "セッションの有効期限切れ", "IDプロバイダーのエラー", "その他の理由"],
            Methods = ["パスワード", "SSO", "ソーシャルログイン", "電話番号の認証コード", "メールの認証コード", "認証アプリ", "パスキー", "証明書", "トークン", "その他"],
            Conditions = ["イベント", "結果", "理由", "ソース", "検索語"],
            Not = "{0}以外",
            Services = ["PCブラウザ", "PCアプリ", "モバイルアプリ", "Driveエクスプローラー", "IMAP", "POP3", "SMTP", "CalDAV", "API", "その他"],
        },
    };

    public static IReadOnlyCollection<string> Languages => All.Keys;

    /// <summary>Of the six columns that people read.</summary>
    public required string[] Headings { get; init; }

    /// <summary>Of the conditions that are no such column: event, result, reason, source, words.</summary>
    private string[] Conditions { get; init; } = [];

    /// <summary>Excludes what stands for <c>{0}</c>.</summary>
    private string Not { get; init; } = "";

    // Each in the order of its enumeration.
    private string[] Types { get; init; } = [];

    private string[] Results { get; init; } = [];

    private string[] Reasons { get; init; } = [];

    private string[] Methods { get; init; } = [];

    private string[] Services { get; init; } = [];

    public static ExportTexts In(string language) => All[language];

    /// <summary>Such as <c>Login failed: wrong ID or password</c>; what happens to an account needs no result.</summary>
    public string Describe(LoginEvent e)
    {
        var type = Types[(int)e.EventType];
        var happens = e.EventType is EventType.AccountLocked or EventType.Risk
            || (e.Result == EventResult.Success && e.EventType is EventType.LogoutRequested or EventType.AccountUnlocked);
        var text = happens ? type : $"{type} {Results[(int)e.Result]}";
        return e.Reason is { } reason && (e.EventType, reason) != (EventType.AccountLocked, Reason.AccountLocked)
            ? $"{text}: {Reasons[(int)reason]}"
            : text;
    }

    /// <summary>
    /// Such as <c>2026-09-01 – 2026-09-30 (Asia/Seoul) · Result: failed · Service type: not API</c>; whole days without a time.
    /// </summary>
    /// <param name="conditions">The search parameters as they were given.</param>
    /// <param name="from">First instant of the period.</param>
    /// <param name="to">End of the period, itself not in it.</param>
    /// <param name="zone">Whose days and hours to tell.</param>
    public string Describe(IReadOnlyDictionary<string, string[]> conditions, DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var (start, end) = (TimeZoneInfo.ConvertTime(from, zone), TimeZoneInfo.ConvertTime(to, zone));
        var period = start.TimeOfDay == TimeSpan.Zero && end.TimeOfDay == TimeSpan.Zero
            ? $"{Date(start)} – {Date(end.AddDays(-1))}"
            : $"{Date(start)} {Time(start)} – {Date(end)} {Time(end)}";
        (string Name, string Label, Func<string, string> Word)[] known =
        [
            ("user", Headings[1], text => text),
            ("ip", Headings[3], text => text),
            ("eventType", Conditions[0], text => Types[(int)Code<EventType>.Parse(text)]),
            ("result", Conditions[1], text => Results[(int)Code<EventResult>.Parse(text)]),
            ("reason", Conditions[2], text => Reasons[(int)Code<Reason>.Parse(text)]),
            ("method", Headings[4], text => Method(Code<LoginMethod>.Parse(text))),
            ("service", Headings[5], text => Service(Code<ServiceType>.Parse(text))),
            ("source", Conditions[3], text => text),
        ];
        var parts = known.Where(condition => conditions.ContainsKey(condition.Name)).Select(condition =>
            $"{condition.Label}: {string.Join(", ", conditions[condition.Name].SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries)).Select(value => value.StartsWith('!') ? string.Format(CultureInfo.InvariantCulture, Not, condition.Word(value[1..].Trim())) : condition.Word(value)))}");
        var words = conditions.TryGetValue("q", out var q) ? [$"{Conditions[4]}: {string.Join(' ', q)}"] : Array.Empty<string>();
        return string.Join(" · ", [$"{period} ({zone.Id})", .. parts, .. words]);

        static string Date(DateTimeOffset local) => local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        static string Time(DateTimeOffset local) => local.ToString("HH:mm", CultureInfo.InvariantCulture);
    }

    public string Method(LoginMethod method) => Methods[(int)method];

    public string Service(ServiceType service) => Services[(int)service];
}
