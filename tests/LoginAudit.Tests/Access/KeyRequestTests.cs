using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Tenants;

namespace LoginAudit.Tests.Access;

public sealed class KeyRequestTests
{
    private const string Takes = "one or more of ingest, read, export, audit";

    private static readonly DateTimeOffset Now = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Check_Roles_AreEachOnceInOrder()
    {
        var roles = new KeyRequest(["read", "ingest", "read"], Now.AddTicks(1)).Check(TenantId.Parse("acme"), Now);

        Assert.Equal(["read", "ingest"], roles, StringComparer.Ordinal);
    }

    [Fact]
    public void Check_AllRolesOfATenant_AreTaken()
    {
        var roles = new KeyRequest(["ingest", "read", "export", "audit"]).Check(TenantId.Parse("acme"), Now);

        Assert.Equal(["ingest", "read", "export", "audit"], roles, StringComparer.Ordinal);
    }

    [Fact]
    public void Check_NoRoles_AreMissing()
    {
        var expected = new Fault("missing", "roles", $"got nothing; takes {Takes}");

        Assert.Equal(expected, Assert.Single(Assert.Throws<ProblemException>(() => new KeyRequest().Check(TenantId.Parse("acme"), Now)).Errors));
        Assert.Equal(expected, Assert.Single(Assert.Throws<ProblemException>(() => new KeyRequest([]).Check(TenantId.Parse("acme"), Now)).Errors));
    }

    [Theory]
    [InlineData("operator", "got 'operator'")]
    [InlineData("Read", "got 'Read'")]
    [InlineData("", "got ''")]
    [InlineData("0", "got '0'")]
    [InlineData(null, "got nothing")]
    public void Check_RoleThatNoKeyMayHave_IsNamed(string? role, string got)
    {
        var e = Assert.Throws<ProblemException>(() => new KeyRequest(["read", role!]).Check(TenantId.Parse("acme"), Now));

        Assert.Equal(new Fault("invalid_value", "roles", $"{got}; takes {Takes}"), Assert.Single(e.Errors));
    }

    [Fact]
    public void Check_ManyFaults_AreAllNamedAtOnce()
    {
        var e = Assert.Throws<ProblemException>(() => new KeyRequest(["operator", "x"], Now).Check(TenantId.Parse("acme"), Now));

        Assert.Equal(
            [
                new Fault("invalid_value", "roles", $"got 'operator'; takes {Takes}"),
                new Fault("invalid_value", "roles", $"got 'x'; takes {Takes}"),
                new Fault("invalid_value", "expiresAt", "got '2026-09-01T00:00:00.0000000Z'; takes a time in the future"),
            ],
            e.Errors.Cast<Fault>());
    }
}
