using LoginAudit.Providers.Reading;
namespace LoginAudit.Providers;

/// <summary>The kinds of webhook sources, each with its adapter. Adding a provider is adding its line here.</summary>
internal static class ProviderKinds
{
    private static readonly IProvider[] Providers =
    [
        new Okta.OktaProvider(),
        new Auth0.Auth0Provider(),
        new Keycloak.KeycloakProvider(),
        new Entra.EntraProvider(),
        new Google.GoogleProvider(),
        new CloudEvents.CloudEventsProvider(),
        new StandardWebhooks.StandardWebhooksProvider(),
        new Ocsf.OcsfProvider(),
        new Set.SetProvider(),
    ];

    public static IReadOnlyList<string> All { get; } = [.. Providers.Select(provider => provider.Kind)];

    public static string Takes { get; } = "one of " + string.Join(", ", All);

    public static bool IsKnown(string kind) => Find(kind) is not null;

    public static IProvider? Find(string? kind) => Array.Find(Providers, provider => provider.Kind == kind);
}
