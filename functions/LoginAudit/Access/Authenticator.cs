using LoginAudit.Events;
using LoginAudit.Storage;
using Microsoft.Extensions.Options;

namespace LoginAudit.Access;

/// <summary>Finds the caller that an <c>Authorization</c> header stands for.</summary>
public sealed class Authenticator(TenantStore tenants, IOptions<AccessOptions> options, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    /// <summary>The caller, or null where the header is missing, malformed, wrong, expired or revoked.</summary>
    public async Task<Caller?> FindAsync(string authorization, CancellationToken cancellationToken)
    {
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !ApiKey.TryParse(authorization[Scheme.Length..].Trim(), out var key))
        {
            return null;
        }

        if (key.Owner == ApiKey.OperatorOwner)
        {
            return key.Matches(options.Value.OperatorKeyHash) ? new Caller(key.Id, null, [Role.Operator]) : null;
        }

        if (!TenantId.TryParse(key.Owner, out var tenant)
            || await tenants.FindKeyAsync(tenant, key.Id, cancellationToken) is not { } stored
            || !key.Matches(stored.Hash)
            || stored.ExpiresAt <= time.GetUtcNow())
        {
            return null;
        }

        return new Caller(key.Id, tenant, [.. stored.Roles.Select(Code<Role>.Parse)]);
    }
}
