using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Tenants;

namespace LoginAudit.Providers.Reading;

/// <summary>Has an adapter read one element. Whatever it throws is that element's own fault, and no other's.</summary>
internal static class ElementReader
{
    /// <param name="provider">The adapter.</param>
    /// <param name="settings">Of the source.</param>
    /// <param name="element">What was sent.</param>
    /// <param name="faults">Gets what is wrong with it.</param>
    /// <param name="failed">What the adapter threw, which is a bug of ours.</param>
    /// <returns>The draft, or null with a fault.</returns>
    public static EventDraft? Read(IProvider provider, HookSettings settings, BodyElement element, List<Fault> faults, out Exception? failed)
    {
        failed = null;
        if (element.Fault is { } noJson)
        {
            faults.Add(noJson);
            return null;
        }

        if (element.Json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(Fault.Of(FaultCodes.NotAnObject, "", JsonText.Raw(element.Json), "a JSON object"));
            return null;
        }

        var draft = new EventDraft(settings);
        try
        {
            provider.Map(element.Json, draft);
            return draft;
        }
        catch (Exception e)
        {
            failed = e;
            faults.Add(new Fault(FaultCodes.InvalidValue, "", $"got what the adapter of {provider.Kind} cannot read; takes its provider's events"));
            return null;
        }
    }
}
