using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Tables;

namespace LoginAudit.Tenants;

/// <summary>Makes, rotates and revokes the API keys of a tenant, or of the operators.</summary>
public sealed class KeyService(ApiKeyStore keys, TimeProvider time)
{
    internal async Task<KeyView> CreateAsync(Call call, KeyRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (key, stored) = NewKey(call, request.Check(call.Tenant, now), request.ExpiresAt, request.Name, now);
        call.Details = new { stored.Name, stored.Roles, stored.ExpiresAt };
        await keys.AddAsync(call.Tenant, stored, cancellationToken);
        return KeyView.Of(stored) with { Key = key.ToString() };
    }

    /// <exception cref="ProblemException">There is no such key (404), or it is not the newest of its line (409).</exception>
    internal async Task<KeyView> RotateAsync(Call call, string keyId, RotateRequest request, CancellationToken cancellationToken)
    {
        (ApiKey Key, StoredKey Stored)? tried = null;
        for (var attempt = 1; ; attempt = Attempts.Next(attempt))
        {
            var now = time.GetUtcNow();
            request.Check(now);
            var old = await FindAsync(call, keyId, cancellationToken);
            if (tried is { } done && old.ReplacedBy == done.Stored.Id)
            {
                // The answer to the write was lost, and the SDK sent it again.
                return KeyView.Of(done.Stored) with { Key = done.Key.ToString() };
            }

            if (old.ReplacedBy is not null || old.ExpiresAt <= now)
            {
                throw new ProblemException(409, ProblemCodes.Conflict, "The key was rotated already, or has expired. Rotate the newest one.");
            }

            var (key, next) = NewKey(call, old.Roles, request.ExpiresAt, old.Name, now);
            tried = (key, next);
            var endsAt = request.OldExpiresAt ?? now + RotateRequest.Overlap;
            var ending = old with { ExpiresAt = old.ExpiresAt < endsAt ? old.ExpiresAt : endsAt, ReplacedBy = next.Id };
            call.Target = old.Id;
            call.Details = new { newKey = next.Id, next.ExpiresAt, oldExpiresAt = ending.ExpiresAt };
            if (await keys.TryReplaceAsync(call.Tenant, ending, next, cancellationToken))
            {
                return KeyView.Of(next) with { Key = key.ToString() };
            }
        }
    }

    /// <exception cref="ProblemException">There is no such key (404).</exception>
    public async Task RevokeAsync(Call call, string keyId, CancellationToken cancellationToken)
    {
        // Read first: a deletion whose answer was lost finds nothing when the SDK sends it again.
        var key = await FindAsync(call, keyId, cancellationToken);
        await keys.DeleteAsync(call.Tenant, key.Id, cancellationToken);
        call.Target = key.Id;
    }

    private async Task<StoredKey> FindAsync(Call call, string keyId, CancellationToken cancellationToken) =>
        ApiKey.IsValidId(keyId) && (await keys.FindAsync(call.Tenant, keyId, cancellationToken)).Key is { } key
            ? key
            : throw ProblemException.NotFound("key");

    private static (ApiKey Key, StoredKey Stored) NewKey(
        Call call, IReadOnlyList<string> roles, DateTimeOffset? expiresAt, string? name, DateTimeOffset now)
    {
        var key = ApiKey.Create(call.Tenant.Value);
        call.Target = key.Id;
        return (key, new StoredKey(key.Id, key.Hash(), roles, now, expiresAt) { Name = name });
    }
}
