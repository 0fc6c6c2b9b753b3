namespace LoginAudit.OpenApi;

/// <summary>An optional header that a function reads from the request itself.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class TakesHeaderAttribute(string name, string description) : Attribute
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>Characters; 0 is no limit.</summary>
    public int MaxLength { get; init; }
}
