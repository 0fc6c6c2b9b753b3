using Azure.Core;
using Azure.Identity;

namespace LoginAudit.Log.Tables;

/// <summary>How the app proves itself to Azure.</summary>
internal static class AuditCredential
{
    /// <param name="clientId">
    /// Of the app's identity: then that and nothing else is tried, as in Azure. Empty: what a developer is signed in with.
    /// </param>
    public static TokenCredential Of(string? clientId) => string.IsNullOrEmpty(clientId)
        ? new DefaultAzureCredential()
        : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId));
}
