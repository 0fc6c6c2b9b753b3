using LoginAudit.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LoginAudit.Auth;

/// <summary>Validates what one issuer has signed, also right after it has changed its keys.</summary>
/// <param name="name">Its <c>iss</c>, to the last slash.</param>
/// <param name="audience">Whom its tokens must be made for (<c>aud</c>).</param>
/// <param name="metadataAddress">Where its keys are found.</param>
/// <param name="time">The clock of the fetches.</param>
/// <param name="logger">Told of metadata that is not used.</param>
public sealed class TokenIssuer(string name, string audience, string metadataAddress, TimeProvider time, ILogger logger)
{
    /// <summary>Of a token, in characters, which are ASCII.</summary>
    private const int MaxLength = 16 * 1024;

    private const int RetryAfterSeconds = 5;

    /// <summary>Asymmetric ones only: with HMAC an issuer's public key would be the secret.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxLength };

    private readonly IssuerMetadata _metadata = new(name, metadataAddress, time, logger);

    /// <summary>A signed token's parts, none of them validated.</summary>
    /// <exception cref="ArgumentException">The text is none.</exception>
    public static JsonWebToken Read(string token)
    {
        // Two dots: signed. A token of five parts is encrypted, which nobody can have done for us.
        if (token.AsSpan().Count('.') != 2)
        {
            throw new ArgumentException("No signed token.", nameof(token));
        }

        var jwt = Handler.ReadJsonWebToken(token);

        // "crit" lists header fields that a reader must understand or refuse (RFC 7515, 4.1.11). IdentityModel passes it over.
        return jwt.TryGetHeaderValue<object>("crit", out _) ? throw new ArgumentException("A critical header.", nameof(token)) : jwt;
    }

    /// <summary>Signature, algorithm, issuer and audience; <paramref name="isAlive"/> judges its times.</summary>
    /// <exception cref="ProblemException">The issuer could never be reached (503).</exception>
    public async Task<TokenValidationResult> ValidateAsync(
        JsonWebToken token, Func<DateTime?, DateTime?, bool> isAlive, CancellationToken cancellationToken)
    {
        var metadata = await _metadata.GetAsync(cancellationToken)
            ?? throw new ProblemException(503, ProblemCodes.IssuerUnavailable, "The token's issuer cannot be reached. Send the request again.")
            {
                RetryAfter = RetryAfterSeconds,
            };
        var result = await Handler.ValidateTokenAsync(token, Rules(metadata, isAlive));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException
            && await _metadata.RefreshAsync(cancellationToken) is { } refreshed
            && refreshed != metadata)
        {
            result = await Handler.ValidateTokenAsync(token, Rules(refreshed, isAlive));
        }

        return result;
    }

    private TokenValidationParameters Rules(OpenIdConnectConfiguration metadata, Func<DateTime?, DateTime?, bool> isAlive) => new()
    {
        ValidIssuer = name,
        ValidAudience = audience,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = metadata.SigningKeys,

        // Otherwise a token whose key id is unknown is tried with every key.
        TryAllIssuerSigningKeys = false,
        LifetimeValidator = (notBefore, expires, _, _) => isAlive(notBefore, expires),
    };
}
