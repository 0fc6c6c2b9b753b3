using System.Globalization;

namespace LoginAudit.LocalHost;

/// <summary>What a person sees when LocalHost is up: where it is, and a line to paste for each main call.</summary>
internal static class Welcome
{
    public static string Text(LocalOptions options, LocalKeys keys)
    {
        var root = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{options.Port}");
        var demo = $"{root}/v1/tenants/demo";
        var key = $"-H 'Authorization: Bearer {keys.Demo}'";
        var json = "-H 'Content-Type: application/json'";
        var latest = $"$(curl -s {key} '{demo}/exports?limit=1' | sed 's/.*\"id\":\"\\([0-9a-f]*\\)\".*/\\1/')";
        return $$$"""

            LoginAudit runs at {{{root}}} ({{{(options.Storage is null ? $"data in {options.DataFolder}" : "on the given storage account")}}}). Stop it with Ctrl+C.

            The admin page of the tenant 'demo', signed in: {{{root}}}/portal/#key={{{keys.Demo}}}
            Read the API, and try it: {{{root}}}{{{ApiReference.Path}}}

            Is it well?
              curl {{{root}}}/health/ready
            The newest sign-ins of the tenant 'demo':
              curl {{{key}}} '{{{demo}}}/events?limit=5'
            Who failed from one network, in the last 30 days:
              curl {{{key}}} '{{{demo}}}/events?result=failure&ip=203.0.113.0/24&limit=5&from={{{Days(-30)}}}'
            Send a sign-in:
              curl {{{key}}} {{{json}}} -d '{"occurredAt":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","eventType":"login","result":"failure","reason":"invalid_credentials","userId":"u-1","loginId":"mina@example.com","ip":"198.51.100.7","loginMethod":"password","serviceType":"pc_web"}' {{{demo}}}/events
            Find it by its user:
              curl {{{key}}} '{{{demo}}}/events?user=mina@example.com'
            Request a download of the failures:
              curl {{{key}}} {{{json}}} -d '{"format":"csv","timeZone":"Asia/Seoul","query":{"result":"failure","from":"{{{Days(-30)}}}"}}' {{{demo}}}/exports
            The list of downloads (the file is ready within 20 s):
              curl {{{key}}} {{{demo}}}/exports
            A link to the newest one:
              curl -X POST {{{key}}} {{{demo}}}/exports/{{{latest}}}/link
            Make a tenant, as the operator, and a key for it:
              curl -X PUT -H 'Authorization: Bearer {{{keys.Operator}}}' {{{json}}} -d '{"displayName":"Acme"}' {{{root}}}/v1/tenants/acme
              curl -H 'Authorization: Bearer {{{keys.Operator}}}' {{{json}}} -d '{"roles":["ingest","read","export"]}' {{{root}}}/v1/tenants/acme/keys

            """;
    }

    private static string Days(int days) =>
        TimeProvider.System.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd'T'00:00:00'Z'", CultureInfo.InvariantCulture);
}
