using LoginAudit.Http;
using LoginAudit.Log.Days;
using LoginAudit.Retention;
using LoginAudit.Storage;

namespace LoginAudit.Health;

/// <summary>
/// Whether storage answers and has all that the app needs. Anyone may ask, so all who ask within some seconds get one
/// answer.
/// </summary>
public sealed class Readiness(StorageClients storage, DayTables tables, Heartbeats heartbeats, TimeProvider time)
{
    private const int MaxAgeSeconds = 5;

    private readonly Lock _lock = new();
    private Task<ReadyView>? _check;
    private DateTimeOffset _checkedAt;

    /// <exception cref="ProblemException">Parts of storage are missing; the errors name each (503).</exception>
    internal Task<ReadyView> CheckAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_check is null || (_check.IsCompleted && now - _checkedAt >= TimeSpan.FromSeconds(MaxAgeSeconds)))
            {
                _checkedAt = now;
                _check = LookAsync();
            }

            return _check.WaitAsync(cancellationToken);
        }
    }

    /// <summary>For all who wait, so none of them can cancel it; the storage client has its own limits.</summary>
    private async Task<ReadyView> LookAsync()
    {
        var missing = await storage.FindMissingAsync(CancellationToken.None);
        if (missing.Count > 0)
        {
            throw new ProblemException(
                503,
                ProblemCodes.StorageUnavailable,
                "Storage is not complete: errors names what is missing. The app makes it when it starts.",
                missing.ConvertAll(part => new Fault(FaultCodes.Missing, part, "is not there")))
            {
                RetryAfter = MaxAgeSeconds,
            };
        }

        var days = await tables.ListAsync(DayTableFamily.Events, CancellationToken.None);
        var run = await heartbeats.FindLastAsync(CancellationToken.None);
        return new ReadyView("ready", days.Count == 0 ? null : days[0].ToString(), run?.RanAt);
    }
}
