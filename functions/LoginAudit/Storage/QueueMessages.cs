using System.Text.Json;

namespace LoginAudit.Storage;

/// <summary>Messages of our queues: JSON, with a version.</summary>
internal static class QueueMessages
{
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
        var poison = storage.Queue(queue + "-poison");
        await poison.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await poison.SendMessageAsync(body, cancellationToken: cancellationToken);
    }

    public static FormatException NotOurs<T>() => new($"The message is no {typeof(T).Name} of a version that this code knows.");
}
