namespace LoginAudit.Providers;

/// <summary>The kinds of webhook sources: whose rules and payload a hook follows.</summary>
internal static class ProviderKinds
{
    public const string StandardWebhooks = "standard-webhooks";

    public static IReadOnlyList<string> All { get; } =
        ["okta", "auth0", "keycloak", "entra", "google", "cloudevents", StandardWebhooks, "ocsf", "set"];

    public static string Takes { get; } = "one of " + string.Join(", ", All);

    public static bool IsKnown(string kind) => All.Contains(kind, StringComparer.Ordinal);
}
