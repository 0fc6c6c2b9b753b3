using LoginAudit.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace LoginAudit.Auth;

/// <summary>Finds the user that a token (JWT) of a configured OpenID Connect issuer stands for.</summary>
public sealed partial class TokenValidator(IOptions<AccessOptions> options, TimeProvider time, ILogger<TokenValidator> logger)
{
    /// <summary>How far an issuer's clock and ours may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Trusted> _issuers = options.Value.Issuers.ToDictionary(
        issuer => issuer.Name,
        issuer => new Trusted(issuer, new TokenIssuer(issuer.Name, issuer.Audience, issuer.MetadataAddress, time, logger)),
        StringComparer.Ordinal);

    /// <summary>The user, or null where the text is no token, or not a valid one.</summary>
    /// <exception cref="ProblemException">Its issuer could never be reached (503).</exception>
    public async Task<Caller?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (_issuers.Count == 0 || Read(token) is not { } jwt || !_issuers.TryGetValue(jwt.Issuer, out var issuer))
        {
            return null;
        }

        var result = await issuer.Tokens.ValidateAsync(jwt, IsAlive, cancellationToken);
        if (!result.IsValid)
        {
            Log.Refused(logger, result.Exception.GetType().Name);
            return null;
        }

        return TokenClaims.ToCaller(jwt, issuer.Options);
    }

    private JsonWebToken? Read(string token)
    {
        try
        {
            return TokenIssuer.Read(token);
        }
        catch (ArgumentException e)
        {
            Log.Refused(logger, e.GetType().Name);
            return null;
        }
    }

    /// <summary>By our own clock; IdentityModel's is the system's.</summary>
    private bool IsAlive(DateTime? notBefore, DateTime? expires)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is not null && now - expires < Skew && (notBefore is null || notBefore - now <= Skew);
    }

    private sealed record Trusted(TokenIssuerOptions Options, TokenIssuer Tokens);

    private static partial class Log
    {
        // Debug: whoever sends rubbish must not be able to fill the log.
        [LoggerMessage(1, LogLevel.Debug, "A token was refused: {Reason}.")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
