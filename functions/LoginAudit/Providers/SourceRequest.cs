using LoginAudit.Events;
using LoginAudit.Http;
using LoginAudit.Storage;

namespace LoginAudit.Providers;

/// <summary>Body of <c>POST /v1/tenants/{tenant}/sources</c>.</summary>
/// <param name="Name">What the source's events are to have as their source; several sources may have one name.</param>
/// <param name="Kind">One of <see cref="ProviderKinds"/>.</param>
/// <param name="Secret">16 to 512 visible ASCII characters; without it one is made.</param>
/// <param name="Issuer">Kind <c>set</c>, required: the transmitter's <c>iss</c>, to the last slash.</param>
/// <param name="Audience">Kind <c>set</c>, required: whom its tokens are made for, their <c>aud</c>.</param>
/// <param name="MetadataUrl">
/// Kind <c>set</c>: where the transmitter tells <c>issuer</c> and <c>jwks_uri</c>; without it the issuer's <c>/.well-known/ssf-configuration</c>.
/// </param>
/// <param name="Categories">Kind <c>entra</c>: sign-ins to be taken besides those of people, such as <c>NonInteractiveUserSignInLogs</c>.</param>
public sealed record SourceRequest(
    string? Name = null,
    string? Kind = null,
    string? Secret = null,
    string? Issuer = null,
    string? Audience = null,
    string? MetadataUrl = null,
    IReadOnlyList<string>? Categories = null)
{
    /// <returns>What the source is to be told besides its secret.</returns>
    /// <exception cref="ProblemException">Names every field that is wrong.</exception>
    public HookSettings Check()
    {
        var faults = new List<Fault>();
        AddIfBad(faults, "name", Name, SourceName.IsValid, SourceName.Takes);
        AddIfBad(faults, "kind", Kind, ProviderKinds.IsKnown, ProviderKinds.Takes);
        SourceSecret.AddIfBad(faults, Kind, Secret);
        var provider = ProviderKinds.Find(Kind);
        if (provider is not null)
        {
            AddIfNotTaken(faults, provider);
        }

        var settings = provider?.ReadSettings(this, faults);
        return faults.Count == 0 ? settings! : throw ProblemException.Invalid(faults);
    }

    private void AddIfNotTaken(List<Fault> faults, IProvider provider)
    {
        foreach (var (field, got) in new[]
        {
            ("issuer", Issuer), ("audience", Audience), ("metadataUrl", MetadataUrl),
            ("categories", Categories is null ? null : string.Join(", ", Categories)),
        })
        {
            if (got is not null && !provider.Settings.Contains(field, StringComparer.Ordinal))
            {
                faults.Add(Fault.Of(FaultCodes.UnknownField, field, got, $"nothing: sources of kind {provider.Kind} have none"));
            }
        }
    }

    private static void AddIfBad(List<Fault> faults, string field, string? got, Func<string, bool> isValid, string takes)
    {
        if (got is null || !isValid(got))
        {
            faults.Add(Fault.Of(got is null ? FaultCodes.Missing : FaultCodes.InvalidValue, field, got, takes));
        }
    }
}
