using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;

namespace LoginAudit.Tenants;

/// <summary>Makes, changes and deletes tenants.</summary>
public sealed class TenantService(TenantStore tenants, DeletionQueue deletions, TimeProvider time)
{
    /// <summary>Longer than any call that was let in before may still write (<c>Ingest__TimeLimit</c> is 14 s at the most).</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(30);

    private static readonly TenantId Operators = TenantId.Parse(ApiKey.OperatorOwner);

    /// <exception cref="ProblemException">The settings are wrong (400), or the tenant is being deleted (409).</exception>
    public async Task<(Tenant Saved, bool IsNew)> PutAsync(Call call, TenantRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt = Attempts.Next(attempt))
        {
            var existing = await tenants.FindToSaveAsync(call.Tenant, cancellationToken);
            var wanted = request.ToTenant(call.Tenant, existing, time.GetUtcNow());
            if (existing is { State: TenantState.Deleting })
            {
                call.TrailOf = Operators;
                call.Target = call.Tenant.Value;
                throw new ProblemException(
                    409, ProblemCodes.TenantDeleting, "The tenant is being deleted. Its name is free again when GET answers 404.");
            }

            call.Details = new { wanted.DisplayName, wanted.Shards, wanted.State };
            if (await tenants.TrySaveAsync(wanted, cancellationToken))
            {
                return (wanted, existing is null);
            }
        }
    }

    /// <summary>Cuts the tenant off, and queues the job. Again for one that is being deleted: then the job starts anew.</summary>
    /// <exception cref="ProblemException">There is no such tenant (404).</exception>
    public async Task<Tenant> DeleteAsync(Call call, CancellationToken cancellationToken)
    {
        call.TrailOf = Operators;
        call.Target = call.Tenant.Value;
        for (var attempt = 1; ; attempt = Attempts.Next(attempt))
        {
            var existing = await tenants.FindAsync(call.Tenant, cancellationToken) ?? throw ProblemException.NotFound("tenant");
            var deleting = existing with { State = TenantState.Deleting };
            if (existing == deleting || await tenants.TrySaveAsync(deleting, cancellationToken))
            {
                await deletions.SendAsync(deleting, Delay, cancellationToken);
                return deleting;
            }
        }
    }
}
