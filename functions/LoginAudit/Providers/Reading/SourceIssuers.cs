using System.Collections.Concurrent;
using LoginAudit.Auth;
using LoginAudit.Tenants;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Providers.Reading;

/// <summary>The issuers that sources were made with; their keys are kept from call to call.</summary>
public sealed class SourceIssuers(TimeProvider time, ILogger<SourceIssuers> logger)
{
    private readonly ConcurrentDictionary<(string Issuer, string Audience, string MetadataUrl), TokenIssuer> _issuers = new();

    /// <summary>The issuer of a source, or null where it was made without one.</summary>
    public TokenIssuer? Find(HookSettings settings) => settings is { Issuer: { } issuer, Audience: { } audience, MetadataUrl: { } metadata }
        ? _issuers.GetOrAdd((issuer, audience, metadata), key => new TokenIssuer(key.Issuer, key.Audience, key.MetadataUrl, time, logger))
        : null;
}
