namespace LoginAudit.OpenApi;

/// <summary>A text, or each text of a list, is a code of an enum, or one of the constants of a class.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CodesAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;

    /// <summary>The one code that is not taken.</summary>
    public string? Except { get; init; }

    /// <summary>Takes each code with <c>!</c> before it as well, which excludes.</summary>
    public bool Excludable { get; init; }
}
