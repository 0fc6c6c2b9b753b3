using LoginAudit.Http;
using LoginAudit.OpenApi;

namespace LoginAudit.Generator.OpenApi;

/// <summary>Problem details (RFC 9457), as the app's gate writes them.</summary>
/// <param name="Type">Of the status.</param>
/// <param name="Title">One sentence.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Errors">All faults of the request at once.</param>
internal sealed record Problem(
    Uri Type, string Title, int Status, [property: Codes(typeof(ProblemCodes))] string Code, IReadOnlyList<ProblemFault>? Errors);

/// <summary>One thing that is wrong with the request.</summary>
/// <param name="Index">The event's place in the body, from 0; where the body holds events.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Field">The parameter or field, as the sender spells it; empty for a whole event.</param>
/// <param name="Detail">What it got and what it takes, for people.</param>
internal sealed record ProblemFault(int? Index, [property: Codes(typeof(FaultCodes))] string Code, string Field, string Detail);
