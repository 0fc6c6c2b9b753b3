using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Providers.Reading;
using LoginAudit.Tenants;

namespace LoginAudit.Providers;

/// <summary>What a new source must be like.</summary>
internal static class SourceRules
{
    /// <returns>What the source is to be told besides its secret.</returns>
    /// <exception cref="ProblemException">Names every field that is wrong.</exception>
    public static HookSettings Check(this SourceRequest request)
    {
        var faults = new List<Fault>();
        AddIfBad(faults, "name", request.Name, SourceName.IsValid, SourceName.Takes);
        AddIfBad(faults, "kind", request.Kind, ProviderKinds.IsKnown, ProviderKinds.Takes);
        SourceSecret.AddIfBad(faults, request.Kind, request.Secret);
        var provider = ProviderKinds.Find(request.Kind);
        if (provider is not null)
        {
            AddIfNotTaken(request, faults, provider);
        }

        var settings = provider?.ReadSettings(request, faults);
        return faults.Count == 0 ? settings! : throw ProblemException.Invalid(faults);
    }

    private static void AddIfNotTaken(SourceRequest request, List<Fault> faults, IProvider provider)
    {
        foreach (var (field, got) in new[]
        {
            ("issuer", request.Issuer), ("audience", request.Audience), ("metadataUrl", request.MetadataUrl),
            ("categories", request.Categories is null ? null : string.Join(", ", request.Categories)),
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
