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

    public static FormatException NotOurs<T>() => new($"The message is no {typeof(T).Name} of a version that this code knows.");
}
