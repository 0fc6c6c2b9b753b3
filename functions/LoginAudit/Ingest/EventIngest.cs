using System.Text.Json;
using LoginAudit.Events;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using LoginAudit.Retention;
using LoginAudit.Storage;
using Microsoft.Extensions.Options;

namespace LoginAudit.Ingest;

/// <summary>A fault of one event of a request.</summary>
/// <param name="Index">The event's place in the body, from 0.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Field">The field, as the sender spells it; empty for the whole event.</param>
/// <param name="Detail">What it got and what it takes, for people.</param>
public sealed record RejectedFault(int Index, [property: Codes(typeof(FaultCodes))] string Code, string Field, string Detail);

/// <summary>What became of a request's events.</summary>
/// <param name="Accepted">Stored by this request.</param>
/// <param name="Duplicates">Stored before; what is there stands.</param>
/// <param name="Rejected">Every fault of every event that is none.</param>
public sealed record IngestAnswer(int Accepted, int Duplicates, IReadOnlyList<RejectedFault> Rejected);

/// <summary>Takes in a body of events: whole or not at all for each event, and nothing lost silently.</summary>
public sealed class EventIngest(
    EventWriter writer,
    RejectedEvents rejectedEvents,
    IOptions<IngestOptions> options,
    IOptions<RetentionOptions> retention,
    TimeProvider time)
{
    /// <exception cref="ProblemException">No event could be read or accepted, or storage was too slow (503).</exception>
    public async Task<IngestAnswer> IngestAsync(Tenant tenant, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.TimeLimit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await StoreAsync(tenant, body, linked.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException(503, ProblemCodes.Timeout, "Storage was too slow. Send the same events again.") { RetryAfter = 5 };
        }
    }

    private async Task<IngestAnswer> StoreAsync(Tenant tenant, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var elements = EventBody.Split(body, options.Value.MaxEvents);
        var receivedAt = time.GetUtcNow();
        var maxAge = TimeSpan.FromDays(retention.Value.Days);
        var events = new List<LoginEvent>(elements.Count);
        var rejected = new List<RejectedFault>();
        using var kept = new MemoryStream();
        for (var i = 0; i < elements.Count; i++)
        {
            var faults = new List<Fault>();
            var element = elements[i];
            if (element.Fault is { } fault)
            {
                faults.Add(fault);
            }
            else if (NativeEventParser.Parse(element.Json, tenant.Id, receivedAt, maxAge, faults) is { } e)
            {
                events.Add(e);
            }

            if (faults.Count > 0)
            {
                rejected.AddRange(faults.Select(f => new RejectedFault(i, f.Code, f.Field, f.Detail)));
                WriteRejected(kept, i, element, faults);
            }
        }

        if (rejected.Count > 0)
        {
            await rejectedEvents.KeepAsync(tenant.Id, kept.ToArray(), cancellationToken);
        }

        if (events.Count == 0 && rejected.Count > 0)
        {
            throw new ProblemException(400, ProblemCodes.EventsRejected, "No event of the body is valid.", rejected);
        }

        var counts = await writer.WriteAsync(tenant, events, cancellationToken);
        return new IngestAnswer(counts.Accepted, counts.Duplicates, rejected);
    }

    private static void WriteRejected(MemoryStream kept, int index, BodyElement element, List<Fault> faults)
    {
        using var writer = new Utf8JsonWriter(kept, LoginEventJson.WriterOptions);
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        writer.WritePropertyName("faults");
        JsonSerializer.Serialize(writer, faults, ApiJson.Options);
        if (element.Text is { } text)
        {
            writer.WriteString("text", text);
        }
        else
        {
            writer.WritePropertyName("event");
            // A line end in valid JSON is white space, and here it would end the line.
            var line = element.Json.GetRawText().Replace('\n', ' ').Replace('\r', ' ');
            writer.WriteRawValue(line, skipInputValidation: true);
        }

        writer.WriteEndObject();
        writer.Flush();
        kept.WriteByte((byte)'\n');
    }
}
