using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Providers.Reading;
using LoginAudit.Tenants;

namespace LoginAudit.Providers;

/// <summary>Makes, shows, rotates and deletes the webhook sources of a tenant.</summary>
public sealed class SourceService(HookStore hooks, HookSecrets secrets, TimeProvider time)
{
    /// <exception cref="ProblemException">The request is wrong (400).</exception>
    internal async Task<SourceView> CreateAsync(Call call, SourceRequest request, CancellationToken cancellationToken)
    {
        var settings = request.Check();
        var now = time.GetUtcNow();
        var id = HookId.Create();
        var secret = request.Secret ?? SourceSecret.Create(request.Kind!);
        var hook = new Hook(id, call.Tenant, request.Name!, request.Kind!, now, [secrets.Protect(id, secret, now)]) { Settings = settings };
        call.Target = id.Value;
        call.Details = new { hook.Name, hook.Kind };
        await hooks.AddAsync(hook, cancellationToken);
        return SourceView.Of(hook, secret);
    }

    internal async Task<List<SourceView>> ListAsync(Call call, CancellationToken cancellationToken) =>
        [.. (await hooks.ListAsync(call.Tenant, cancellationToken)).Select(hook => SourceView.Of(hook))];

    /// <exception cref="ProblemException">There is no such source (404).</exception>
    internal async Task<SourceView> GetAsync(Call call, string sourceId, CancellationToken cancellationToken) =>
        SourceView.Of(await FindAsync(call, sourceId, cancellationToken));

    /// <exception cref="ProblemException">
    /// There is no such source (404), the request is wrong (400), or two secrets live already (409).
    /// </exception>
    internal async Task<SourceView> RotateAsync(
        Call call, string sourceId, RotateSourceRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hook = await FindAsync(call, sourceId, cancellationToken);
        call.Target = hook.Id.Value;
        request.Check(hook.Kind, now);
        var secret = request.Secret ?? SourceSecret.Create(hook.Kind);
        var next = secrets.Protect(hook.Id, secret, now, request.ExpiresAt);
        var oldEndsAt = request.OldExpiresAt ?? now + RotateRequest.Overlap;
        call.Details = new { newSecret = next.Id, next.ExpiresAt, oldExpiresAt = oldEndsAt };

        // Found with the new secret: the answer to an earlier try was lost.
        for (var attempt = 1; !hook.Secrets.Contains(next); attempt = Attempts.Next(attempt))
        {
            var rotated = Rotate(hook, next, oldEndsAt, now);
            hook = await hooks.TryReplaceAsync(rotated, cancellationToken)
                ? rotated
                : await FindAsync(call, sourceId, cancellationToken);
        }

        return SourceView.Of(hook, secret);
    }

    /// <exception cref="ProblemException">There is no such source (404).</exception>
    public async Task DeleteAsync(Call call, string sourceId, CancellationToken cancellationToken)
    {
        if (!HookId.TryParse(sourceId, out var id) || !await hooks.DeleteAsync(call.Tenant, id, cancellationToken))
        {
            throw ProblemException.NotFound("source");
        }

        call.Target = id.Value;
    }

    private static Hook Rotate(Hook hook, HookSecret next, DateTimeOffset oldEndsAt, DateTimeOffset now)
    {
        if (hook.Secrets.Count == 0)
        {
            throw new ProblemException(
                409, ProblemCodes.Conflict, "The making or the deletion of the source was cut off. Delete it, and make another.");
        }

        var live = hook.LiveSecrets(now).ToList();
        if (live.Count > 1)
        {
            throw new ProblemException(
                409, ProblemCodes.Conflict,
                $"Two secrets of the source live already. Rotate it again from {IsoTime.Text(live.Min(secret => secret.ExpiresAt)!.Value)} on.");
        }

        return hook with
        {
            Secrets = [.. live.Select(old => old with { ExpiresAt = old.ExpiresAt < oldEndsAt ? old.ExpiresAt : oldEndsAt }), next],
        };
    }

    private async Task<Hook> FindAsync(Call call, string sourceId, CancellationToken cancellationToken) =>
        HookId.TryParse(sourceId, out var id) && await hooks.FindAsync(call.Tenant, id, cancellationToken) is { } hook
            ? hook
            : throw ProblemException.NotFound("source");
}
