using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoginAudit.Ingest;
using LoginAudit.Providers.Reading;

namespace LoginAudit.Providers.StandardWebhooks;

/// <summary>
/// Our own event format, signed as Standard Webhooks has it: for the product's own sign-in service, and for any sender that speaks it.
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
/// </summary>
internal sealed class StandardWebhooksProvider : IProvider
{
    public const string Name = "standard-webhooks";

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";

    /// <summary>A call that is signed for another time may be one that somebody has kept.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public string Kind => Name;

    public ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken) =>
        Verdict.If(IsSigned(call, trust.Secrets));

    /// <summary>The events, bare or as the <c>data</c> of <c>{ type, timestamp, data }</c>; one, an array, or NDJSON.</summary>
    public IReadOnlyList<BodyElement> Split(WebhookCall call, int maxEvents) =>
        [.. EventBody.Split(call.Body, maxEvents).SelectMany(Unwrap)];

    public void Map(JsonElement element, EventDraft draft) => draft.Native = element;

    private static bool IsSigned(WebhookCall call, IReadOnlyList<string> secrets)
    {
        var id = call.Header("webhook-id");
        var timestamp = call.Header("webhook-timestamp");
        if (id.Length == 0 || !IsRecent(timestamp, call.ReceivedAt))
        {
            return false;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. call.Body.Span];
        var signatures = call.Header("webhook-signature").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(signature => signature.StartsWith(Version, StringComparison.Ordinal))
            .Select(signature => Encoding.ASCII.GetBytes(signature[Version.Length..])).ToList();
        return Proof.Any(secrets, secret =>
        {
            var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
            var expected = Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
            return signatures.Aggregate(false, (found, signature) => found | Proof.AreEqual(signature, expected));
        });
    }

    private static IEnumerable<BodyElement> Unwrap(BodyElement element) =>
        element.Fault is null && element.Json.At("data").ValueKind is JsonValueKind.Object or JsonValueKind.Array
            ? element.Json.Items("data").Select(item => new BodyElement(item))
            : [element];

    private static bool IsRecent(string timestamp, DateTimeOffset now) =>
        long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= Tolerance.TotalSeconds;
}
