using LoginAudit.Events;
using LoginAudit.Storage;
using Microsoft.Extensions.Options;

namespace LoginAudit.Access;

/// <summary>Finds the caller that an <c>Authorization</c> header stands for.</summary>
public sealed class Authenticator(TenantStore tenants, TokenValidator tokens, IOptions<AccessOptions> options, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    /// <summary>The caller, or null where the header is missing, malformed, wrong, expired or revoked.</summary>
    /// <exception cref="Http.ProblemException">A token's issuer cannot be reached (503).</exception>
    public async Task<Caller?> FindAsync(string authorization, CancellationToken cancellationToken)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var credential = authorization[Scheme.Length..].Trim();
        return ApiKey.TryParse(credential, out var key)
            ? await FindAsync(key, cancellationToken)
            : await tokens.FindAsync(credential, cancellationToken);
    }

    private async Task<Caller?> FindAsync(ApiKey key, CancellationToken cancellationToken)
    {
        if (key.Owner == ApiKey.OperatorOwner)
        {
            return key.Matches(options.Value.OperatorKeyHash) ? new Caller(CallerKind.Key, key.Id, [], [Role.Operator]) : null;
        }

        if (!TenantId.TryParse(key.Owner, out var tenant)
            || await tenants.FindKeyAsync(tenant, key.Id, cancellationToken) is not { } stored
            || !key.Matches(stored.Hash)
            || stored.ExpiresAt <= time.GetUtcNow())
        {
            return null;
        }

        return new Caller(CallerKind.Key, key.Id, [tenant], [.. stored.Roles.Select(Code<Role>.Parse)]);
    }
}
