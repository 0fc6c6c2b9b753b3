namespace LoginAudit.OpenApi;

/// <summary>Query parameters that a function reads from the request itself: a property of the type for each.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TakesQueryAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}
