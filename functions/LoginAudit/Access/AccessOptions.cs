using System.ComponentModel.DataAnnotations;

namespace LoginAudit.Access;

public sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>
    /// SHA-256 of the operator's key, 64 hex digits. Empty: there is no operator, and all operator calls are refused.
    /// </summary>
    [RegularExpression("^([0-9a-f]{64})?$", ErrorMessage = "Access__OperatorKeyHash takes 64 lower-case hex digits, or nothing.")]
    public string OperatorKeyHash { get; set; } = "";
}
