using LoginAudit.Log.Events;

namespace LoginAudit.Auth;

/// <summary>A call that was let in: who calls, in which tenant, and what the access trail is to say about it.</summary>
public sealed class Call(Caller caller, Tenant settings)
{
    public Caller Caller { get; } = caller;

    /// <summary>The tenant as it was when the call came in.</summary>
    public Tenant Settings { get; } = settings;

    public TenantId Tenant => Settings.Id;

    /// <summary>Whose trail has the call: the tenant's, unless it is about to go.</summary>
    public TenantId TrailOf { get; set; } = settings.Id;

    /// <summary>For the trail: id of the event, export, key or source that the call is about.</summary>
    public string? Target { get; set; }

    /// <summary>For the trail: what was asked, as a JSON object of at most 32,768 characters.</summary>
    public object? Details { get; set; }
}
