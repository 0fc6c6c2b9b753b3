using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Providers.Reading;
using LoginAudit.Telemetry;
using LoginAudit.Tenants;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoginAudit.Providers;

/// <summary>Takes a provider's call: whose hook, is it the provider, what is in it. Nothing is parsed before the proof is good.</summary>
public sealed partial class WebhookIngest
{
    private const int LongestTag = 40;

    private readonly HookStore _hooks;
    private readonly HookSecrets _secrets;
    private readonly SourceIssuers _issuers;
    private readonly TenantStore _tenants;
    private readonly EventIngest _ingest;
    private readonly IOptions<IngestOptions> _options;
    private readonly ILogger<WebhookIngest> _logger;
    private readonly AuditMeter _meter;

    public WebhookIngest(
        HookStore hooks,
        HookSecrets secrets,
        SourceIssuers issuers,
        TenantStore tenants,
        EventIngest ingest,
        IOptions<IngestOptions> options,
        AuditMeter meter,
        ILogger<WebhookIngest> logger)
    {
        (_hooks, _secrets, _issuers, _tenants, _ingest, _options, _meter, _logger) = (hooks, secrets, issuers, tenants, ingest, options, meter, logger);
    }

    /// <exception cref="ProblemException">
    /// There is no such hook (404), its tenant is suspended (503), the body cannot be read (400), or storage was too slow (503).
    /// </exception>
    public async Task<WebhookAnswer> TakeAsync(string hookId, WebhookCall call, CancellationToken cancellationToken)
    {
        var (hook, provider) = await FindAsync(hookId, cancellationToken);
        var trust = new HookTrust(_secrets.Unprotect(hook), _issuers.Find(hook.Settings));
        var verdict = await provider.JudgeAsync(call, trust, cancellationToken);
        if (!verdict.IsAuthentic)
        {
            Log.Refused(_logger, provider.Kind);
            return verdict.Answer ?? throw new ProblemException(401, ProblemCodes.Unauthenticated, "The call's proof is missing or wrong.");
        }

        var tenant = await FindTenantAsync(hook, cancellationToken);
        var elements = provider.Split(call, _options.Value.MaxEvents);
        var read = elements.Select(element => Read(provider, hook, element, call.ReceivedAt)).ToList();
        await _ingest.StoreAsync(tenant, provider.Kind, read, provider.CompletesEvents, cancellationToken);
        return provider.Accepted;
    }

    /// <summary>A provider's question before it sends.</summary>
    /// <exception cref="ProblemException">There is no such hook, or its kind asks nothing (404).</exception>
    internal async Task<WebhookAnswer> AskAsync(
        string hookId, Func<IProvider, WebhookAnswer?> answer, CancellationToken cancellationToken)
    {
        var (_, provider) = await FindAsync(hookId, cancellationToken);
        return answer(provider) ?? throw ProblemException.NotFound("hook");
    }

    private async Task<(Hook Hook, IProvider Provider)> FindAsync(string hookId, CancellationToken cancellationToken) =>
        HookId.TryParse(hookId, out var id)
        && await _hooks.FindAsync(id, cancellationToken) is { } hook
        && ProviderKinds.Find(hook.Kind) is { } provider
            ? (hook, provider)
            : throw ProblemException.NotFound("hook");

    private async Task<Tenant> FindTenantAsync(Hook hook, CancellationToken cancellationToken)
    {
        var tenant = await _tenants.FindAsync(hook.Tenant, cancellationToken);
        return tenant switch
        {
            null or { State: TenantState.Deleting } => throw ProblemException.NotFound("hook"),
            // Not 4xx: a provider would drop the event for good, and a suspension may end within its retries.
            { State: TenantState.Suspended } => throw new ProblemException(
                503, ProblemCodes.TenantSuspended, "The tenant is suspended. Send the same later.")
            { RetryAfter = 3600 },
            _ => tenant,
        };
    }

    private ReadElement Read(IProvider provider, Hook hook, BodyElement element, DateTimeOffset receivedAt)
    {
        var faults = new List<Fault>();
        if (ElementReader.Read(provider, hook.Settings, element, faults, out var failed) is not { } draft)
        {
            if (failed is not null)
            {
                Log.NotMapped(_logger, provider.Kind, failed.Describe());
            }

            return new ReadElement(element, null, faults);
        }

        foreach (var (field, value) in draft.Unknown)
        {
            _meter.Unknown(provider.Kind, field, TagOf(value));
        }

        if (draft.IsIgnored)
        {
            _meter.Ignored(provider.Kind);
            return new ReadElement(element, null, faults);
        }

        return new ReadElement(element, draft.ToEvent(element.Json, hook.Tenant, hook.Name, receivedAt, _ingest.MaxAge, faults), faults);
    }

    /// <summary>A code, and nothing that a person may have typed.</summary>
    private static string TagOf(string value) =>
        value.Length <= LongestTag && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '-') ? value : "?";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A call to a hook of kind {Kind} had no valid proof.")]
        public static partial void Refused(ILogger logger, string kind);

        [LoggerMessage(2, LogLevel.Error, "An element of kind {Kind} could not be mapped: {Failure}")]
        public static partial void NotMapped(ILogger logger, string kind, string failure);
    }
}
