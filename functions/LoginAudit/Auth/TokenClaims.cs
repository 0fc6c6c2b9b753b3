using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LoginAudit.Auth;

/// <summary>What the claims of a valid token mean here.</summary>
internal static class TokenClaims
{
    /// <summary>A subject has at most 255 characters (OpenID Connect Core, 2); a name gets as many.</summary>
    private const int MaxText = 255;

    /// <summary>The user, or null for a token without a subject.</summary>
    public static Caller? ToCaller(JsonWebToken token, TokenIssuerOptions issuer)
    {
        var claims = JsonElement.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        return Text(claims, JwtRegisteredClaimNames.Sub) is { } subject
            ? new Caller(CallerKind.User, subject, Tenants(claims, issuer), Roles(claims, issuer)) { Name = Text(claims, issuer.NameClaim) }
            : null;
    }

    /// <summary>A fixed tenant stands, whatever the token claims: its issuer must never speak for another.</summary>
    private static List<TenantId> Tenants(JsonElement claims, TokenIssuerOptions issuer)
    {
        var names = string.IsNullOrEmpty(issuer.Tenant) ? Texts(claims, issuer.TenantClaim!) : [issuer.Tenant];
        return [.. names.Where(name => TenantId.TryParse(name, out _) && name != ApiKey.OperatorOwner).Select(TenantId.Parse).Distinct()];
    }

    /// <summary>Never the operator's: an issuer speaks for tenants, not for who runs the system.</summary>
    private static List<Role> Roles(JsonElement claims, TokenIssuerOptions issuer)
    {
        var roles = new List<Role>();
        var prefix = issuer.RolePrefix ?? "";
        foreach (var value in Texts(claims, issuer.RolesClaim).SelectMany(text => text.Split(' ')))
        {
            if (value.StartsWith(prefix, StringComparison.Ordinal)
                && Code<Role>.TryParse(value[prefix.Length..], out var role)
                && role != Role.Operator
                && !roles.Contains(role))
            {
                roles.Add(role);
            }
        }

        return roles;
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value)
        && JsonText.TryRead(value, out var text)
        && text.Length <= MaxText
        && !string.IsNullOrWhiteSpace(text)
            ? text
            : null;

    /// <summary>The texts of a claim that is one text or an array; anything else in it is none.</summary>
    private static IEnumerable<string> Texts(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value))
        {
            yield break;
        }

        foreach (var item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Repeat(value, 1))
        {
            if (JsonText.TryRead(item, out var text))
            {
                yield return text;
            }
        }
    }
}
