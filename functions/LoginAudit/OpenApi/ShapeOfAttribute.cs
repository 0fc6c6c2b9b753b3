namespace LoginAudit.OpenApi;

/// <summary>A property that is read as loose JSON has the fields of a type; a list may be one text as well.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ShapeOfAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}
