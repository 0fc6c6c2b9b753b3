using System.Collections.Immutable;

namespace LoginAudit.Providers.Reading;

/// <summary>A call to a hook in plain types, its body as it was sent.</summary>
/// <param name="Headers">By name, whatever its case; several lines of one name are joined by commas.</param>
/// <param name="Body">The raw bytes that a signature is over, unpacked if they came packed.</param>
/// <param name="ReceivedAt">UTC.</param>
public sealed record WebhookCall(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, DateTimeOffset ReceivedAt)
{
    /// <summary>A header's text, or an empty one.</summary>
    public string Header(string name) => Headers.TryGetValue(name, out var value) ? value : "";
}

/// <summary>What a provider is answered, in plain types.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Json">Becomes the body; null: it is empty.</param>
public sealed record WebhookAnswer(int Status, object? Json = null)
{
    /// <summary>Besides those of every answer.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;
}
