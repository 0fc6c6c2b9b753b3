using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Tenants;

namespace LoginAudit.Tests.Access;

public sealed class TenantRequestTests
{
    private static readonly TenantId Acme = TenantId.Parse("acme");
    private static readonly DateTimeOffset Created = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ToTenant_Nothing_TakesDefaults()
    {
        Assert.Equal(new Tenant(Acme, "acme", 1, Created), new TenantRequest().ToTenant(Acme, null, Created));
    }

    [Fact]
    public void ToTenant_EveryField_IsTaken()
    {
        Assert.Equal(new Tenant(Acme, "에크미", 16, Created), new TenantRequest("에크미", 16).ToTenant(Acme, null, Created));
    }

    [Fact]
    public void ToTenant_FieldsThatAreNotGiven_StayAsTheyAre()
    {
        var existing = new Tenant(Acme, "에크미", 16, Created, TenantState.Suspended);

        Assert.Equal(existing, new TenantRequest().ToTenant(Acme, existing, Created.AddDays(1)));
        Assert.Equal(existing with { State = TenantState.Active }, new TenantRequest(Suspended: false).ToTenant(Acme, existing, Created.AddDays(1)));
    }

    [Fact]
    public void ToTenant_Shards_ArePowersOfTwoUpTo64()
    {
        var accepted = Enumerable.Range(-1, 132)
            .Where(shards => Record.Exception(() => new TenantRequest(Shards: shards).ToTenant(Acme, null, Created)) is null);

        Assert.Equal([1, 2, 4, 8, 16, 32, 64], accepted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(128)]
    [InlineData(int.MinValue)] // one bit, but not a power of two
    public void ToTenant_BadShards_NamesThem(int shards)
    {
        var e = Assert.Throws<ProblemException>(() => new TenantRequest(Shards: shards).ToTenant(Acme, null, Created));

        Assert.Equal(
            new Fault("invalid_value", "shards", $"got '{shards}'; takes 1, 2, 4, 8, 16, 32 or 64"), Assert.Single(e.Errors));
    }

    [Fact]
    public void ToTenant_DisplayNameOf200Characters_IsTheLongest()
    {
        Assert.Equal(200, new TenantRequest(new string('a', 200)).ToTenant(Acme, null, Created).DisplayName.Length);
        Assert.Throws<ProblemException>(() => new TenantRequest(new string('a', 201)).ToTenant(Acme, null, Created));
        Assert.Throws<ProblemException>(() => new TenantRequest("").ToTenant(Acme, null, Created));
    }

    [Fact]
    public void ToTenant_ManyFaults_AreAllNamedAtOnce()
    {
        var e = Assert.Throws<ProblemException>(() => new TenantRequest("", 5).ToTenant(TenantId.Parse("operator"), null, Created));

        Assert.Equal(400, e.Status);
        Assert.Equal(
            [
                new Fault("invalid_value", "tenant", "got 'operator'; takes any other name: this one is reserved"),
                new Fault("too_long", "displayName", "got ''; takes 1 to 200 characters"),
                new Fault("invalid_value", "shards", "got '5'; takes 1, 2, 4, 8, 16, 32 or 64"),
            ],
            e.Errors.Cast<Fault>());
    }
}
