using System.Text.Json;
using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Days;
using LoginAudit.Log.Events;
using LoginAudit.Log.Write;
using LoginAudit.OpenApi;
using LoginAudit.Telemetry;
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

/// <summary>One element of a body, read: an event, or why it is none.</summary>
/// <param name="Source">What was sent.</param>
/// <param name="Event">The event; null with faults, or for what is no sign-in at all.</param>
/// <param name="Faults">Why it is none.</param>
internal readonly record struct ReadElement(BodyElement Source, LoginEvent? Event, List<Fault> Faults);

/// <summary>Takes in events: whole or not at all for each, and nothing lost silently.</summary>
public sealed class EventIngest
{
    private const string NativeSource = "native";

    private readonly EventWriter _writer;
    private readonly RejectedEvents _rejectedEvents;
    private readonly IOptions<IngestOptions> _options;
    private readonly IOptions<RetentionOptions> _retention;
    private readonly TimeProvider _time;
    private readonly AuditMeter _meter;

    public EventIngest(
        EventWriter writer,
        RejectedEvents rejectedEvents,
        IOptions<IngestOptions> options,
        IOptions<RetentionOptions> retention,
        AuditMeter meter,
        TimeProvider time)
    {
        (_writer, _rejectedEvents, _options, _retention, _meter, _time) = (writer, rejectedEvents, options, retention, meter, time);
    }

    /// <summary>How long events are kept, and so how old they may be.</summary>
    internal TimeSpan MaxAge => TimeSpan.FromDays(_retention.Value.Days);

    /// <summary>A body in our own format.</summary>
    /// <exception cref="ProblemException">No event could be read or accepted, or storage was too slow (503).</exception>
    public async Task<IngestAnswer> IngestAsync(Tenant tenant, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var receivedAt = _time.GetUtcNow();
        var split = EventBody.Split(body, _options.Value.MaxEvents, out var document);
        using var buffers = document;
        var elements = split.Select(element =>
        {
            var faults = new List<Fault>();
            var e = element.Fault is null ? NativeEventParser.Parse(element.Json, tenant.Id, receivedAt, MaxAge, faults) : null;
            return new ReadElement(element, e, element.Fault is { } fault ? [fault] : faults);
        });
        var answer = await StoreAsync(tenant, NativeSource, [.. elements], mayComplete: false, cancellationToken);
        return answer.Rejected.Count > 0 && answer.Accepted + answer.Duplicates == 0
            ? throw new ProblemException(400, ProblemCodes.EventsRejected, "No event of the body is valid.", answer.Rejected)
            : answer;
    }

    /// <summary>Stores the events, and keeps what is none with its faults.</summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="source">The kind of source, for what is counted.</param>
    /// <param name="elements">In the order of the body.</param>
    /// <param name="mayComplete">A fuller version of an event takes the place of the one that is there.</param>
    /// <param name="cancellationToken">The sender went away.</param>
    /// <exception cref="ProblemException">Storage was too slow (503).</exception>
    internal async Task<IngestAnswer> StoreAsync(
        Tenant tenant, string source, IReadOnlyList<ReadElement> elements, bool mayComplete, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        using var limit = new CancellationTokenSource(_options.Value.TimeLimit, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var rejected = await KeepRejectedAsync(tenant, source, elements, linked.Token);
            var events = elements.Where(element => element.Event is not null).Select(element => element.Event!).ToList();
            var counts = await _writer.WriteAsync(tenant.Log, events, mayComplete, linked.Token);
            _meter.Ingested(source, counts.Accepted, counts.Duplicates, _time.GetElapsedTime(startedAt));
            return new IngestAnswer(counts.Accepted, counts.Duplicates, rejected);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException(503, ProblemCodes.Timeout, "Storage was too slow. Send the same events again.") { RetryAfter = 5 };
        }
    }

    private async Task<List<RejectedFault>> KeepRejectedAsync(
        Tenant tenant, string source, IReadOnlyList<ReadElement> elements, CancellationToken cancellationToken)
    {
        var rejected = new List<RejectedFault>();
        using var kept = new MemoryStream();
        for (var i = 0; i < elements.Count; i++)
        {
            if (elements[i].Faults is { Count: > 0 } faults)
            {
                rejected.AddRange(faults.Select(f => new RejectedFault(i, f.Code, f.Field, f.Detail)));
                WriteRejected(kept, i, elements[i].Source, faults);
                _meter.Rejected(source, faults[0].Code);
            }
        }

        if (rejected.Count > 0)
        {
            await _rejectedEvents.KeepAsync(tenant.Id, kept.ToArray(), cancellationToken);
        }

        return rejected;
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
