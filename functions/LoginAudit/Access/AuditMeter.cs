namespace LoginAudit.Access;

/// <summary>The meter of all of the app's counters.</summary>
public static class AuditMeter
{
    public const string Name = "LoginAudit";
}
