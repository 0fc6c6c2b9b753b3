using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using LoginAudit.Exports;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Providers;
using LoginAudit.Providers.Reading;
using LoginAudit.Tenants;
using LoginAudit.Tests.Events;

namespace LoginAudit.Tests.Exports;

public sealed class OcsfRowsTests
{
    [Fact]
    public void Write_Sample_IsOneLiteralLine()
    {
        Assert.Equal(
            """
            {"activity_id":1,"activity_name":"Logon","category_uid":3,"category_name":"Identity & Access Management","class_uid":3002,"class_name":"Authentication","type_uid":300201,"type_name":"Authentication: Logon","time":1788222615123,"timezone_offset":0,"severity_id":2,"severity":"Low","status_id":2,"status":"Failure","status_code":"invalid_credentials","status_detail":"INVALID_CREDENTIALS","message":"Login failed: wrong ID or password","is_mfa":false,"risk_level_id":1,"risk_level":"low","user":{"uid":"00u1abcd","name":"Kim@Example.com","full_name":"김민준","email_addr":"Kim@Example.com"},"service":{"name":"Mail"},"src_endpoint":{"ip":"203.0.113.7","location":{"city":"Seoul","country":"KR"},"autonomous_system":{"number":4766}},"http_request":{"user_agent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64)"},"session":{"uid":"s-1"},"metadata":{"version":"1.4.0","product":{"name":"LoginAudit","vendor_name":"LoginAudit"},"uid":"08df07c0313f1c078fbinuoyokza47eihvbof5gbdcx4","correlation_uid":"c-1","event_code":"login","log_provider":"okta-main","logged_time":1788222616500,"original_time":"2026-09-01T00:30:15.1234567Z","tenant_uid":"acme"},"unmapped":{"source_event_id":"7f0c1b6e-0001","service_type":"pc_web","login_method":"password","reason_raw":"INVALID_CREDENTIALS"}}

            """,
            Text(Samples.Event));
    }

    /// <summary>Required attributes and enumerations of the class, whatever the event has or lacks.</summary>
    [Property(Arbitrary = [typeof(Arbitraries)])]
    public void Write_AnyEvent_HasWhatTheClassRequires(LoginEvent e)
    {
        var line = JsonElement.Parse(Text(e));

        Assert.Equal((3, 3002), (line.GetProperty("category_uid").GetInt32(), line.GetProperty("class_uid").GetInt32()));
        var activity = line.GetProperty("activity_id").GetInt32();
        Assert.Contains(activity, new[] { 1, 2, 6, 99 });
        Assert.Equal(300200 + activity, line.GetProperty("type_uid").GetInt32());
        Assert.InRange(line.GetProperty("severity_id").GetInt32(), 1, 4);
        Assert.Contains(line.GetProperty("status_id").GetInt32(), new[] { 1, 2, 99 });
        Assert.Equal(e.OccurredAt.ToUnixTimeMilliseconds(), line.GetProperty("time").GetInt64());
        Assert.True(line.GetProperty("user").TryGetProperty("name", out _) || line.GetProperty("user").TryGetProperty("uid", out _));
        Assert.NotEmpty(line.GetProperty("service").GetProperty("name").GetString()!);
        Assert.NotEmpty(line.GetProperty("metadata").GetProperty("version").GetString()!);
        Assert.NotEmpty(line.GetProperty("metadata").GetProperty("product").GetProperty("vendor_name").GetString()!);
        if (line.TryGetProperty("risk_level_id", out var risk))
        {
            Assert.Contains(risk.GetInt32(), new[] { 1, 2, 3, 4, 99 });
        }
    }

    /// <summary>Our own adapter reads what we write.</summary>
    [Theory]
    [InlineData(EventType.Login, EventResult.Success, null)]
    [InlineData(EventType.Login, EventResult.Failure, Reason.UnknownUser)]
    [InlineData(EventType.Login, EventResult.Interrupted, null)]
    [InlineData(EventType.Logout, EventResult.Success, null)]
    public void Write_SignInOrOut_IsReadBackByTheAdapter(EventType type, EventResult result, Reason? reason)
    {
        var sent = Samples.Event with { EventType = type, Result = result, Reason = reason, LoginMethod = null };
        var draft = new EventDraft(new HookSettings());

        ProviderKinds.Find("ocsf")!.Map(JsonElement.Parse(Text(sent)), draft);
        var faults = new List<Fault>();
        var read = draft.ToEvent(JsonElement.Parse("{}"), sent.Tenant, sent.Source, sent.ReceivedAt, TimeSpan.FromDays(180), faults);

        Assert.Empty(faults);
        Assert.Equal((type, result), (read!.EventType, read.Result));
        Assert.Equal((sent.UserId, sent.LoginId, sent.UserName, sent.Ip), (read.UserId, read.LoginId, read.UserName, read.Ip));
        Assert.Equal((sent.SessionId, sent.Application, sent.Country, sent.City, sent.Asn), (read.SessionId, read.Application, read.Country, read.City, read.Asn));
        Assert.Equal(result == EventResult.Failure ? reason : null, read.Reason);
        Assert.Equal(ServiceType.PcWeb, read.ServiceType);
    }

    [Fact]
    public void Write_AccountEvents_AreOtherByTheirName()
    {
        foreach (var type in new[] { EventType.PasswordChanged, EventType.IdChanged, EventType.AccountLocked, EventType.AccountUnlocked, EventType.Risk })
        {
            var line = JsonElement.Parse(Text(Samples.Bare with { EventType = type }));

            Assert.Equal((300299, Code<EventType>.Text(type)), (line.GetProperty("type_uid").GetInt32(), line.GetProperty("activity_name").GetString()));
            Assert.Equal("unknown", line.GetProperty("user").GetProperty("name").GetString());
        }
    }

    [Fact]
    public void Write_CountryThatIsNoCode_IsADescription()
    {
        var location = JsonElement.Parse(Text(Samples.Event with { Country = "South Korea" })).GetProperty("src_endpoint").GetProperty("location");

        Assert.Equal("South Korea", location.GetProperty("desc").GetString());
        Assert.False(location.TryGetProperty("country", out _));
    }

    private static string Text(LoginEvent e)
    {
        using var stream = new MemoryStream();
        using (var rows = new OcsfRows(stream))
        {
            rows.Write(e);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
