using LoginAudit.Log.Events;

namespace LoginAudit.Auth;

/// <summary>What was done, as the access trail names it.</summary>
public enum AccessAction
{
    Search,
    Summary,
    EventRead,
    ExportRequest,
    ExportLink,
    ExportDelete,
    KeyCreate,
    KeyRotate,
    KeyRevoke,
    SourceCreate,
    SourceRotate,
    SourceDelete,
    TenantPut,
    TenantDelete,
    AccessRead,
}

public enum CallerKind
{
    /// <summary>A tenant's API key.</summary>
    Key,

    /// <summary>A person with a token of an identity provider.</summary>
    User,

    /// <summary>An operator's API key.</summary>
    Operator,
}

/// <summary>One call of the access trail: who did what, when and from where. Never what it found.</summary>
public sealed record AccessEntry
{
    /// <summary>Whose trail it is in.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>UTC, when the call began.</summary>
    public required DateTimeOffset At { get; init; }

    public required AccessAction Action { get; init; }

    /// <summary>HTTP status of the answer; 499 where the caller went away.</summary>
    public required int Status { get; init; }

    public required CallerKind CallerKind { get; init; }

    /// <summary>Id of the key, or the user's subject.</summary>
    public required string CallerId { get; init; }

    /// <summary>A person's name as the token has it, or a key's.</summary>
    public string? CallerName { get; init; }

    /// <summary>Address of the caller's side.</summary>
    public string? Address { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>Id of the event, export, key or source that it was about.</summary>
    public string? Target { get; init; }

    /// <summary>What was asked, as a JSON object: the conditions of a search, the settings of a tenant.</summary>
    public string? Details { get; init; }
}
