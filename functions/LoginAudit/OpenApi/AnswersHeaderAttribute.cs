namespace LoginAudit.OpenApi;

/// <summary>A header of one of a function's answers.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class AnswersHeaderAttribute(int status, string name, string description) : Attribute
{
    public int Status { get; } = status;

    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>Is in each such answer.</summary>
    public bool Always { get; init; } = true;
}
