using LoginAudit.Log.Events;

namespace LoginAudit.Providers.Reading;

/// <summary>
/// Service types by what a provider says of the device, and where it says nothing by the standard tokens of a user agent. The ten
/// types have no browser on a phone: what comes from a phone or tablet is <c>mobile_app</c>.
/// </summary>
internal static class Device
{
    private static readonly string[] MobileTokens = ["Mobile", "Android", "iPhone", "iPad"];

    /// <param name="isMobile">What the provider says; null: nothing.</param>
    /// <param name="userAgent">Of the client.</param>
    public static ServiceType Of(bool? isMobile, string? userAgent)
    {
        var agent = userAgent ?? "";
        if (isMobile ?? Array.Exists(MobileTokens, token => agent.Contains(token, StringComparison.OrdinalIgnoreCase)))
        {
            return ServiceType.MobileApp;
        }

        // Every browser has said so since the nineties; programs of a PC give their own name.
        return agent.StartsWith("Mozilla/", StringComparison.Ordinal) ? ServiceType.PcWeb
            : agent.Length > 0 ? ServiceType.PcApp
            : ServiceType.Others;
    }
}
