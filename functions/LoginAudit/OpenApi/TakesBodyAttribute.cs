namespace LoginAudit.OpenApi;

/// <summary>A body that a function reads from the request itself; one for each content type.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class TakesBodyAttribute(Type type, string contentType = "application/json") : Attribute
{
    public Type Type { get; } = type;

    public string ContentType { get; } = contentType;

    /// <summary>Takes an array of them as well.</summary>
    public bool OrArray { get; init; }
}
