using System.Buffers.Text;
using System.Security.Cryptography;
using LoginAudit.Http;

namespace LoginAudit.Providers.Reading;

/// <summary>What a provider proves itself with: given by the operator, as the provider's console has it, or made here.</summary>
internal static class SourceSecret
{
    private const int MinLength = 16;
    private const int MaxLength = 512;
    private const int RandomBytes = 32;

    /// <summary>Of secrets in the form of Standard Webhooks. https://github.com/standard-webhooks/standard-webhooks</summary>
    private const string StandardPrefix = "whsec_";

    private const int StandardMinBytes = 24;
    private const int StandardMaxBytes = 64;

    /// <summary>256 random bits, in the form that the kind takes.</summary>
    public static string Create(string kind)
    {
        var bytes = RandomNumberGenerator.GetBytes(RandomBytes);
        return kind == StandardWebhooks.StandardWebhooksProvider.Name
            ? StandardPrefix + Convert.ToBase64String(bytes)
            : Base64Url.EncodeToString(bytes);
    }

    /// <summary>Adds a fault for a secret that cannot be used. It never quotes the secret.</summary>
    public static void AddIfBad(List<Fault> faults, string? kind, string? secret)
    {
        if (secret is null)
        {
            return;
        }

        var visible = secret.All(c => c is > ' ' and < '\u007f');
        if (secret.Length is < MinLength or > MaxLength || !visible)
        {
            var got = $"{secret.Length} characters{(visible ? "" : ", with others than visible ASCII")}";
            faults.Add(new Fault(
                FaultCodes.InvalidValue, "secret", $"got {got}; takes {MinLength} to {MaxLength} visible ASCII characters"));
        }
        else if (kind == StandardWebhooks.StandardWebhooksProvider.Name && !IsStandard(secret))
        {
            faults.Add(new Fault(
                FaultCodes.InvalidValue, "secret",
                $"got another form; takes {StandardPrefix} and the base64 of {StandardMinBytes} to {StandardMaxBytes} bytes"));
        }
    }

    private static bool IsStandard(string secret) =>
        secret.StartsWith(StandardPrefix, StringComparison.Ordinal)
        && Base64.IsValid(secret.AsSpan(StandardPrefix.Length), out var bytes)
        && bytes is >= StandardMinBytes and <= StandardMaxBytes;
}
