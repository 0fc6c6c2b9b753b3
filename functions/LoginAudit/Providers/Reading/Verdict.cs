using LoginAudit.Auth;

namespace LoginAudit.Providers.Reading;

/// <summary>What a hook trusts.</summary>
/// <param name="Secrets">The live ones, in plain text, oldest first.</param>
/// <param name="Issuer">Of a source that was made with one.</param>
internal sealed record HookTrust(IReadOnlyList<string> Secrets, TokenIssuer? Issuer = null);

/// <summary>Whether a call is its provider's own. What nobody has judged is not.</summary>
internal readonly record struct Verdict
{
    public bool IsAuthentic { get; private init; }

    /// <summary>What a call that is refused is told; null: a problem with 401.</summary>
    public WebhookAnswer? Answer { get; private init; }

    public static Verdict Authentic => new() { IsAuthentic = true };

    public static Verdict Refused(WebhookAnswer answer) => new() { Answer = answer };

    public static ValueTask<Verdict> If(bool isAuthentic) => new(isAuthentic ? Authentic : default);
}
