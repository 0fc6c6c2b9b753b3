using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace LoginAudit.Auth;

/// <summary>Where a caller stands with its limit, after a call.</summary>
/// <param name="Allowed">Whether the call may go on.</param>
/// <param name="Remaining">Calls that it may make at once from here.</param>
/// <param name="RetryAfter">Whole seconds until the next call may go on; 1 or more.</param>
public readonly record struct CallAllowance(bool Allowed, long Remaining, int RetryAfter);

/// <summary>
/// A token bucket for each credential, in this instance. Asked before storage is, so that a flood costs nothing but its own
/// 429s; keyed by the whole credential, so that somebody who knows a key's id only cannot use up its calls.
/// </summary>
public sealed class CallLimits(IOptions<AccessOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _buckets = PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Value.RateBurst,
            TokensPerPeriod = options.Value.RatePerPeriod,
            ReplenishmentPeriod = options.Value.RatePeriod,
            QueueLimit = 0,
        }),
        StringComparer.Ordinal);

    /// <summary>Seconds in which an empty bucket fills.</summary>
    public int Window { get; } = Seconds(options.Value.RatePeriod * ((double)options.Value.RateBurst / options.Value.RatePerPeriod));

    public int Burst => options.Value.RateBurst;

    /// <param name="credential">A key, token or hook id; only its hash is kept.</param>
    public CallAllowance Take(string credential)
    {
        var key = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(credential)));
        using var lease = _buckets.AttemptAcquire(key);
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : options.Value.RatePeriod;
        return new CallAllowance(lease.IsAcquired, _buckets.GetStatistics(key)?.CurrentAvailablePermits ?? 0, Seconds(wait));
    }

    public void Dispose() => _buckets.Dispose();

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));
}
