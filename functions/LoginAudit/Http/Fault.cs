using LoginAudit.Log.Events;

namespace LoginAudit.Http;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Code">Stable, for programs; <see cref="FaultCodes"/>.</param>
/// <param name="Field">The parameter or field, as the sender spells it.</param>
/// <param name="Detail">What it got and what it takes, for people.</param>
public sealed record Fault(string Code, string Field, string Detail)
{
    private const int ShownLength = 80;

    /// <summary>A fault of the usual form: what was got, and what the field takes.</summary>
    public static Fault Of(string code, string field, string? got, string takes) =>
        new(code, field, $"got {Show(got)}; takes {takes}");

    /// <summary>Adds a fault for an end that is not in the future.</summary>
    internal static void AddIfPast(List<Fault> faults, string field, DateTimeOffset? end, DateTimeOffset now)
    {
        if (end <= now)
        {
            faults.Add(Of(FaultCodes.InvalidValue, field, IsoTime.Text(end.Value), "a time in the future"));
        }
    }

    private static string Show(string? got) => got switch
    {
        null => "nothing",
        { Length: > ShownLength } => $"'{got[..ShownLength]}…' ({got.Length} characters)",
        _ => $"'{got}'",
    };
}

/// <summary>Codes of single faults; documented in docs/api.md.</summary>
internal static class FaultCodes
{
    public const string Missing = "missing";
    public const string WrongType = "wrong_type";
    public const string InvalidValue = "invalid_value";
    public const string TooLong = "too_long";
    public const string UnknownField = "unknown_field";
    public const string UnknownParameter = "unknown_parameter";
    public const string LacksOffset = "time_without_offset";
    public const string TooOld = "too_old";
    public const string TooFarAhead = "too_far_ahead";
    public const string NotJson = "not_json";
    public const string NotAnObject = "not_an_object";
    public const string TooMany = "too_many";
}
