namespace LoginAudit.Http;

/// <summary>The request cannot be answered as asked; becomes RFC 9457 problem details.</summary>
/// <param name="status">HTTP status, 400 to 599.</param>
/// <param name="code">Stable, for programs; <see cref="ProblemCodes"/>.</param>
/// <param name="title">One sentence.</param>
/// <param name="errors">All faults of the request at once; a list of records.</param>
public sealed class ProblemException(int status, string code, string title, IReadOnlyCollection<object>? errors = null)
    : Exception(title)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public IReadOnlyCollection<object> Errors { get; } = errors ?? [];

    /// <summary>Seconds after which the same request may succeed.</summary>
    public int? RetryAfter { get; init; }

    internal static ProblemException Invalid(IReadOnlyCollection<Fault> faults) =>
        new(400, ProblemCodes.InvalidRequest, "The request has invalid parameters.", faults);

    internal static ProblemException NotFound(string what) => new(404, ProblemCodes.NotFound, $"There is no such {what}.");
}

/// <summary>Codes of problems; documented in docs/api.md.</summary>
internal static class ProblemCodes
{
    public const string InvalidRequest = "invalid_request";
    public const string NotJson = "not_json";
    public const string InvalidGzip = "invalid_gzip";
    public const string UnsupportedEncoding = "unsupported_content_encoding";
    public const string UnsupportedType = "unsupported_media_type";
    public const string BodyTooLarge = "body_too_large";
    public const string TooManyEvents = "too_many_events";
    public const string EventsRejected = "events_rejected";
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string TenantSuspended = "tenant_suspended";
    public const string TenantDeleting = "tenant_deleting";
    public const string TooManyRequests = "too_many_requests";
    public const string NotFound = "not_found";
    public const string NotReady = "not_ready";
    public const string Conflict = "conflict";
    public const string KeyReused = "idempotency_key_reused";
    public const string Timeout = "ingest_timeout";
    public const string StorageUnavailable = "storage_unavailable";
    public const string IssuerUnavailable = "issuer_unavailable";
    public const string Internal = "internal_error";
}
