using LoginAudit.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LoginAudit.Access;

/// <summary>Finds the user that a token (JWT) of a configured OpenID Connect issuer stands for.</summary>
public sealed partial class TokenValidator(IOptions<AccessOptions> options, TimeProvider time, ILogger<TokenValidator> logger)
{
    /// <summary>Of a token, in characters, which are ASCII.</summary>
    private const int MaxLength = 16 * 1024;

    private const int RetryAfterSeconds = 5;

    /// <summary>How far an issuer's clock and ours may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>Asymmetric ones only: with HMAC an issuer's public key would be the secret.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxLength };

    private readonly Dictionary<string, Issuer> _issuers = options.Value.Issuers.ToDictionary(
        issuer => issuer.Name, issuer => new Issuer(issuer, new IssuerMetadata(issuer, time, logger)), StringComparer.Ordinal);

    /// <summary>The user, or null where the text is no token, or not a valid one.</summary>
    /// <exception cref="ProblemException">Its issuer could never be reached (503).</exception>
    public async Task<Caller?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (_issuers.Count == 0 || Read(token) is not { } jwt || !_issuers.TryGetValue(jwt.Issuer, out var issuer))
        {
            return null;
        }

        var metadata = await issuer.Metadata.GetAsync(cancellationToken)
            ?? throw new ProblemException(503, ProblemCodes.IssuerUnavailable, "The token's issuer cannot be reached. Send the request again.")
            {
                RetryAfter = RetryAfterSeconds,
            };
        var result = await _handler.ValidateTokenAsync(jwt, Rules(issuer.Options, metadata));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException
            && await issuer.Metadata.RefreshAsync(cancellationToken) is { } refreshed
            && refreshed != metadata)
        {
            result = await _handler.ValidateTokenAsync(jwt, Rules(issuer.Options, refreshed));
        }

        if (!result.IsValid)
        {
            Log.Refused(logger, result.Exception.GetType().Name);
            return null;
        }

        return TokenClaims.ToCaller(jwt, issuer.Options);
    }

    private JsonWebToken? Read(string token)
    {
        // Two dots: signed. A token of five parts is encrypted, which nobody can have done for us.
        if (token.AsSpan().Count('.') != 2)
        {
            return null;
        }

        try
        {
            var jwt = _handler.ReadJsonWebToken(token);

            // "crit" lists header fields that a reader must understand or refuse (RFC 7515, 4.1.11). IdentityModel passes it over.
            return jwt.TryGetHeaderValue<object>("crit", out _) ? null : jwt;
        }
        catch (ArgumentException e)
        {
            Log.Refused(logger, e.GetType().Name);
            return null;
        }
    }

    private TokenValidationParameters Rules(TokenIssuerOptions issuer, OpenIdConnectConfiguration metadata) => new()
    {
        ValidIssuer = issuer.Name,
        ValidAudience = issuer.Audience,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = metadata.SigningKeys,

        // Otherwise a token whose key id is unknown is tried with every key.
        TryAllIssuerSigningKeys = false,
        LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires),
    };

    /// <summary>By our own clock; IdentityModel's is the system's.</summary>
    private bool IsAlive(DateTime? notBefore, DateTime? expires)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is not null && now - expires < Skew && (notBefore is null || notBefore - now <= Skew);
    }

    private sealed record Issuer(TokenIssuerOptions Options, IssuerMetadata Metadata);

    private static partial class Log
    {
        // Debug: whoever sends rubbish must not be able to fill the log.
        [LoggerMessage(1, LogLevel.Debug, "A token was refused: {Reason}.")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
