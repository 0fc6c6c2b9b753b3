using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace LoginAudit.Auth;

/// <summary>
/// What an issuer publishes about itself, above all its keys: fetched when first needed, one fetch at a time, kept while the
/// issuer is down. IdentityModel fetches and reads it; docs/decisions.md says why its ConfigurationManager does not keep it.
/// </summary>
internal sealed partial class IssuerMetadata(string issuer, string address, TimeProvider time, ILogger logger)
{
    /// <summary>From then on it is fetched again, beside the calls: so long may a withdrawn key live on.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    /// <summary>At least so far apart are fetches that calls cause, whatever keys their tokens name.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    /// <summary>The same, as long as nothing is there.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private const int MaxBytes = 1024 * 1024;

    private readonly HttpDocumentRetriever _documents =
        new(new HttpClient { Timeout = Timeout, MaxResponseContentBufferSize = MaxBytes })
        {
            // Otherwise metadata over https could send us to http for the keys.
            RequireHttps = new Uri(address).Scheme == Uri.UriSchemeHttps,
        };

    private readonly Lock _lock = new();
    private Task _fetch = Task.CompletedTask;
    private long? _startedAt;
    private volatile Fetched? _current;

    /// <summary>The metadata, or null where there has never been any.</summary>
    public async Task<OpenIdConnectConfiguration?> GetAsync(CancellationToken cancellationToken)
    {
        if (_current is not { } current)
        {
            await StartFetch(RetryInterval).WaitAsync(cancellationToken);
        }
        else if (time.GetElapsedTime(current.At) >= MaxAge)
        {
            _ = StartFetch(RefreshInterval);
        }

        return _current?.Configuration;
    }

    /// <summary>The metadata fetched anew, if that is due: for a key that is not in it.</summary>
    public async Task<OpenIdConnectConfiguration?> RefreshAsync(CancellationToken cancellationToken)
    {
        await StartFetch(RefreshInterval).WaitAsync(cancellationToken);
        return _current?.Configuration;
    }

    /// <summary>The fetch that is under way, or a new one, if the last began at least so long ago.</summary>
    private Task StartFetch(TimeSpan interval)
    {
        lock (_lock)
        {
            if (_fetch.IsCompleted && (_startedAt is not { } last || time.GetElapsedTime(last) >= interval))
            {
                _startedAt = time.GetTimestamp();

                // No caller's own: a call that is given up must not end it for the others.
                _fetch = Task.Run(FetchAsync, CancellationToken.None);
            }

            return _fetch;
        }
    }

    private async Task FetchAsync()
    {
        try
        {
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(
                address, _documents, CancellationToken.None);
            if (configuration.Issuer != issuer)
            {
                Log.NotUsed(logger, "it names another issuer than the setting");
            }
            else if (configuration.SigningKeys.Count == 0)
            {
                Log.NotUsed(logger, "it has no key");
            }
            else
            {
                _current = new Fetched(configuration, time.GetTimestamp());
            }
        }
        catch (Exception e)
        {
            // Whatever it is, it is the issuer's; what is there stays in use.
            Log.NotUsed(logger, e.GetType().Name);
        }
    }

    private sealed record Fetched(OpenIdConnectConfiguration Configuration, long At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Metadata of a token issuer is not used: {Reason}.")]
        public static partial void NotUsed(ILogger logger, string reason);
    }
}
