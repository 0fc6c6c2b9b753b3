using LoginAudit.Log.Events;
using Microsoft.Extensions.Options;

namespace LoginAudit.Auth;

/// <summary>Finds the caller that an API key or a token stands for.</summary>
public sealed class Authenticator(
    ApiKeyStore keys, TokenValidator tokens, BackgroundWrites writes, IOptions<AccessOptions> options, TimeProvider time)
{
    private static readonly TimeSpan LastUsedStep = TimeSpan.FromHours(1);

    /// <summary>The caller, or null where the credential is malformed, wrong, expired or revoked.</summary>
    /// <exception cref="Http.ProblemException">A token's issuer cannot be reached (503).</exception>
    public Task<Caller?> FindAsync(string credential, CancellationToken cancellationToken) =>
        ApiKey.TryParse(credential, out var key) ? FindAsync(key, cancellationToken) : tokens.FindAsync(credential, cancellationToken);

    private async Task<Caller?> FindAsync(ApiKey key, CancellationToken cancellationToken)
    {
        if (!TenantId.TryParse(key.Owner, out var owner))
        {
            return null;
        }

        var isOperator = key.Owner == ApiKey.OperatorOwner;
        if (isOperator && key.Matches(options.Value.OperatorKeyHash))
        {
            return new Caller(CallerKind.Operator, key.Id, [], [Role.Operator]);
        }

        var now = time.GetUtcNow();
        var (stored, tenant) = await keys.FindAsync(owner, key.Id, cancellationToken);
        if (stored is null || !key.Matches(stored.Hash) || stored.ExpiresAt <= now || (tenant is null && !isOperator))
        {
            return null;
        }

        if (stored.LastUsedAt is null || stored.LastUsedAt <= now - LastUsedStep)
        {
            writes.Add(token => keys.MarkUsedAsync(owner, stored, now, token));
        }

        var roles = stored.Roles.Select(Code<Role>.Parse).ToList();
        return isOperator
            ? new Caller(CallerKind.Operator, key.Id, [], roles) { Name = stored.Name }
            : new Caller(CallerKind.Key, key.Id, [owner], roles) { Name = stored.Name, Home = tenant };
    }
}
