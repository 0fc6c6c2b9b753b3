using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using LoginAudit.Telemetry;

namespace LoginAudit.Storage;

/// <summary>Messages of our queues: JSON, with a version.</summary>
internal static class QueueMessages
{
    /// <summary>What the Functions host adds to a queue's name for the messages that failed too often.</summary>
    public const string PoisonSuffix = "-poison";

    /// <summary>What says nothing is left out.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <summary>The W3C trace context of whoever sends a message now.</summary>
    public static string? TraceParent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>The work on a message, as a part of the trace that sent it.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="traceParent">As the message has it.</param>
    public static Activity? StartWork(string name, string? traceParent)
    {
        // The trace that the host started for this call is only linked: the sender's tells more.
        var link = Activity.Current is { } host ? new ActivityLink[] { new(host.Context) } : null;
        return ActivityContext.TryParse(traceParent, null, isRemote: true, out var sender)
            ? AuditMeter.Traces.StartActivity(name, ActivityKind.Consumer, sender, links: link)
            : AuditMeter.Traces.StartActivity(name, ActivityKind.Consumer);
    }

    /// <exception cref="FormatException">The message is no JSON of this kind.</exception>
    public static T? Read<T>(BinaryData body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            throw NotOurs<T>();
        }
    }

    /// <summary>
    /// Puts a message where operators look, with the name that the Functions host gives it, at once: trying it again would not change it.
    /// </summary>
    public static async Task PoisonAsync(this StorageClients storage, string queue, BinaryData body, CancellationToken cancellationToken)
    {
        var poison = storage.Queue(queue + PoisonSuffix);
        await poison.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await poison.SendMessageAsync(body, cancellationToken: cancellationToken);
    }

    public static FormatException NotOurs<T>() => new($"The message is no {typeof(T).Name} of a version that this code knows.");
}
