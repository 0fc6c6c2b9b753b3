using LoginAudit.Events;
using LoginAudit.Http;

namespace LoginAudit.Providers;

/// <summary>Body of <c>POST /v1/tenants/{tenant}/sources</c>.</summary>
/// <param name="Name">What the source's events are to have as their source; several sources may have one name.</param>
/// <param name="Kind">One of <see cref="ProviderKinds"/>.</param>
/// <param name="Secret">16 to 512 visible ASCII characters; without it one is made.</param>
public sealed record SourceRequest(string? Name = null, string? Kind = null, string? Secret = null)
{
    /// <exception cref="ProblemException">Names every field that is wrong.</exception>
    public void Check()
    {
        var faults = new List<Fault>();
        AddIfBad(faults, "name", Name, SourceName.IsValid, SourceName.Takes);
        AddIfBad(faults, "kind", Kind, ProviderKinds.IsKnown, ProviderKinds.Takes);
        SourceSecret.AddIfBad(faults, Kind, Secret);
        if (faults.Count > 0)
        {
            throw ProblemException.Invalid(faults);
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
