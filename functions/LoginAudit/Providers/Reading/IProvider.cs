using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.Tenants;

namespace LoginAudit.Providers.Reading;

/// <summary>
/// How one kind of provider calls a hook: its proof, its payload, its answers. An adapter is a folder with one of these and its
/// mapping table; docs/providers/adding-one.md shows how to write one.
/// </summary>
internal interface IProvider
{
    /// <summary>Its name in <c>POST .../sources</c>, such as <c>okta</c>.</summary>
    string Kind { get; }

    /// <summary>
    /// The provider sends an event incomplete and completes it later, with the same id and time: then the fuller version takes the
    /// place of the other. For all others what is stored stands.
    /// </summary>
    bool CompletesEvents => false;

    /// <summary>The answer to a GET by which the provider checks the address before it sends; null: this kind has none.</summary>
    WebhookAnswer? Verify(WebhookCall call) => null;

    /// <summary>The answer to an OPTIONS by which the provider asks for leave to send; null: this kind has none.</summary>
    WebhookAnswer? Permit(WebhookCall call) => null;

    /// <summary>The fields of <see cref="SourceRequest"/> that this kind takes besides those of every kind, as JSON names them.</summary>
    IReadOnlyList<string> Settings => [];

    /// <summary>What a new source is to be told, all of it checked.</summary>
    HookSettings ReadSettings(SourceRequest request, List<Fault> faults) => new();

    /// <summary>Whether the call is the provider's own, by one of the live secrets, over the bytes as they came.</summary>
    ValueTask<Verdict> JudgeAsync(WebhookCall call, HookTrust trust, CancellationToken cancellationToken);

    /// <summary>The events of a call, as their JSON. A line that is no JSON is an element with a fault.</summary>
    /// <exception cref="ProblemException">Nothing in it can be read, or there are more than <paramref name="maxEvents"/>.</exception>
    IReadOnlyList<BodyElement> Split(WebhookCall call, int maxEvents) => EventBody.Split(call.Body, maxEvents);

    /// <summary>
    /// Reads one element. What it does not find, it leaves; an element that is not about signing in is ignored. Whatever it throws
    /// is that element's own fault.
    /// </summary>
    void Map(JsonElement element, EventDraft draft);

    /// <summary>All that could be taken is stored.</summary>
    WebhookAnswer Accepted => new(200);
}
