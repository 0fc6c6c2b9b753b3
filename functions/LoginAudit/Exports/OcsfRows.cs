using System.Text.Json;
using LoginAudit.Log.Events;

namespace LoginAudit.Exports;

/// <summary>
/// Each event as one of OCSF's class Authentication (3002), one JSON object a line, for a SIEM that speaks it.
/// https://schema.ocsf.io/1.4.0/classes/authentication
/// </summary>
internal sealed class OcsfRows(Stream stream) : IExportRows
{
    private const string Version = "1.4.0";
    private const int Category = 3;
    private const int Class = 3002;
    private const int Other = 99;

    private readonly Utf8JsonWriter _writer = new(stream, LoginEventJson.WriterOptions);
    private readonly ExportTexts _texts = ExportTexts.In("en");

    public void Write(LoginEvent e)
    {
        _writer.WriteStartObject();
        WriteClass(e);
        WriteOutcome(e);
        WriteUser(e);
        WriteOrigin(e);
        WriteMetadata(e);
        WriteUnmapped(e);
        _writer.WriteEndObject();
        _writer.Flush();
        _writer.Reset();
        stream.WriteByte((byte)'\n');
    }

    public void Dispose() => _writer.Dispose();

    private void WriteClass(LoginEvent e)
    {
        // The class has no activity for what happens to an account: those are "Other", by their own name.
        var (activity, name) = e.EventType switch
        {
            EventType.Login => (1, "Logon"),
            EventType.Logout or EventType.LogoutRequested => (2, "Logoff"),
            EventType.Mfa => (6, "Preauth"),
            var type => (Other, Code<EventType>.Text(type)),
        };
        _writer.WriteNumber("activity_id", activity);
        _writer.WriteString("activity_name", name);
        _writer.WriteNumber("category_uid", Category);
        _writer.WriteString("category_name", "Identity & Access Management");
        _writer.WriteNumber("class_uid", Class);
        _writer.WriteString("class_name", "Authentication");
        _writer.WriteNumber("type_uid", (Class * 100) + activity);
        _writer.WriteString("type_name", $"Authentication: {name}");
        _writer.WriteNumber("time", e.OccurredAt.ToUnixTimeMilliseconds());
        _writer.WriteNumber("timezone_offset", 0);
    }

    private void WriteOutcome(LoginEvent e)
    {
        var (status, name) = e.Result switch
        {
            EventResult.Success => (1, "Success"),
            EventResult.Failure => (2, "Failure"),
            _ => (Other, "Interrupted"),
        };
        var (severity, severityName) = e.EventType == EventType.Risk ? (4, "High")
            : e.EventType == EventType.AccountLocked ? (3, "Medium")
            : e.Result == EventResult.Failure ? (2, "Low")
            : (1, "Informational");
        _writer.WriteNumber("severity_id", severity);
        _writer.WriteString("severity", severityName);
        _writer.WriteNumber("status_id", status);
        _writer.WriteString("status", name);
        Text("status_code", e.Reason is { } reason ? Code<Reason>.Text(reason) : null);
        Text("status_detail", Detail(e));
        _writer.WriteString("message", _texts.Describe(e));
        _writer.WriteBoolean("is_mfa", e.EventType == EventType.Mfa || e.LoginMethod is LoginMethod.PhoneOtp or LoginMethod.EmailOtp or LoginMethod.Totp);
        switch (e.RiskLevel?.ToUpperInvariant())
        {
            case null:
                break;
            case "LOW" or "MEDIUM" or "HIGH" or "CRITICAL":
                _writer.WriteNumber("risk_level_id", Array.IndexOf(["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"], e.RiskLevel.ToUpperInvariant()));
                _writer.WriteString("risk_level", e.RiskLevel);
                break;
            default:
                _writer.WriteNumber("risk_level_id", Other);
                _writer.WriteString("risk_level", e.RiskLevel);
                break;
        }
    }

    /// <summary>One of the class's own words where it has one, else the provider's.</summary>
    private static string? Detail(LoginEvent e) => (e.EventType, e.Reason) switch
    {
        (EventType.Logout, _) => "LOGOFF_USER_INITIATED",
        (EventType.LogoutRequested, _) => "LOGOFF_OTHER",
        (_, Reason.InvalidCredentials) => "INVALID_CREDENTIALS",
        (_, Reason.UnknownUser) => "USER_DOES_NOT_EXIST",
        (_, Reason.AccountDisabled) => "ACCOUNT_DISABLED",
        (_, Reason.AccountLocked) => "ACCOUNT_LOCKED_OUT",
        (_, Reason.PasswordExpired) => "PASSWORD_EXPIRED",
        _ => e.ReasonRaw,
    };

    private void WriteUser(LoginEvent e)
    {
        // A user needs a name or an id (the object's own constraint); a flood of failures may have neither.
        _writer.WriteStartObject("user");
        Text("uid", e.UserId);
        Text("name", e.LoginId ?? (e.UserId is null ? e.UserName ?? "unknown" : null));
        Text("full_name", e.UserName);
        Text("email_addr", e.LoginId?.Contains('@', StringComparison.Ordinal) == true ? e.LoginId : null);
        _writer.WriteEndObject();
    }

    private void WriteOrigin(LoginEvent e)
    {
        _writer.WriteStartObject("service");
        _writer.WriteString("name", e.Application ?? Code<ServiceType>.Text(e.ServiceType));
        _writer.WriteEndObject();
        if (e.Ip is not null || e.Country is not null || e.City is not null || e.Asn is not null)
        {
            _writer.WriteStartObject("src_endpoint");
            Text("ip", e.Ip?.ToString());
            WriteLocation(e);
            if (e.Asn is { } asn)
            {
                _writer.WriteStartObject("autonomous_system");
                _writer.WriteNumber("number", asn);
                _writer.WriteEndObject();
            }

            _writer.WriteEndObject();
        }

        if (e.UserAgent is not null)
        {
            _writer.WriteStartObject("http_request");
            _writer.WriteString("user_agent", e.UserAgent);
            _writer.WriteEndObject();
        }

        if (e.SessionId is not null)
        {
            _writer.WriteStartObject("session");
            _writer.WriteString("uid", e.SessionId);
            _writer.WriteEndObject();
        }
    }

    private void WriteLocation(LoginEvent e)
    {
        if (e.Country is null && e.City is null)
        {
            return;
        }

        // "country" is ISO 3166-1 alpha-2; some providers send a full name.
        var isCode = e.Country is { Length: 2 } country && country.All(char.IsAsciiLetterUpper);
        _writer.WriteStartObject("location");
        Text("city", e.City);
        Text("country", isCode ? e.Country : null);
        Text("desc", isCode ? null : e.Country);
        _writer.WriteEndObject();
    }

    private void WriteMetadata(LoginEvent e)
    {
        _writer.WriteStartObject("metadata");
        _writer.WriteString("version", Version);
        _writer.WriteStartObject("product");
        _writer.WriteString("name", "LoginAudit");
        _writer.WriteString("vendor_name", "LoginAudit");
        _writer.WriteEndObject();
        _writer.WriteString("uid", e.Id.ToString());
        Text("correlation_uid", e.CorrelationId);
        _writer.WriteString("event_code", Code<EventType>.Text(e.EventType));
        _writer.WriteString("log_provider", e.Source);
        _writer.WriteNumber("logged_time", e.ReceivedAt.ToUnixTimeMilliseconds());
        _writer.WriteString("original_time", IsoTime.Text(e.OccurredAt));
        _writer.WriteString("tenant_uid", e.Tenant.Value);
        _writer.WriteEndObject();
    }

    /// <summary>What the class has no place for.</summary>
    private void WriteUnmapped(LoginEvent e)
    {
        _writer.WriteStartObject("unmapped");
        _writer.WriteString("source_event_id", e.SourceEventId);
        _writer.WriteString("service_type", Code<ServiceType>.Text(e.ServiceType));
        Text("login_method", e.LoginMethod is { } method ? Code<LoginMethod>.Text(method) : null);
        Text("reason_raw", e.ReasonRaw);
        _writer.WriteEndObject();
    }

    private void Text(string name, string? value)
    {
        if (value is not null)
        {
            _writer.WriteString(name, value);
        }
    }
}
