using Azure.Core;
using Azure.Core.Pipeline;

namespace LoginAudit.Telemetry;

/// <summary>Counts what storage turns away for its load, each try of it: a partition or the account is at its limit.</summary>
internal sealed class ThrottlingPolicy(AuditMeter meter) : HttpPipelineSynchronousPolicy
{
    public override void OnReceivedResponse(HttpMessage message)
    {
        if (message.Response.Status is 429 or 503)
        {
            meter.StorageTurnedAway(ServiceOf(message.Request.Uri.Host ?? ""));
        }
    }

    /// <summary>Of <c>account.table.core.windows.net</c>; an emulator's address names none.</summary>
    private static string ServiceOf(string host) => host.Split('.') is [_, "table" or "blob" or "queue", ..] parts ? parts[1] : "emulator";
}
