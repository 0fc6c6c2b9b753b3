using LoginAudit.Auth;

namespace LoginAudit.OpenApi;

/// <summary>
/// The role that a function's gate asks for, as the document tells it. A test calls every function without it and compares
/// the two. A function that anyone may call has <c>[AllowAnonymous]</c> instead.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsRoleAttribute(Role role) : Attribute
{
    public Role Role { get; } = role;
}
