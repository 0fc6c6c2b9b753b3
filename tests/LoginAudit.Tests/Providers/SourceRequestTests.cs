using LoginAudit.Http;
using LoginAudit.Providers;

namespace LoginAudit.Tests.Providers;

public sealed class SourceRequestTests
{
    private const string NameTakes = "1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit";
    private const string KindTakes = "one of okta, auth0, keycloak, entra, google, cloudevents, standard-webhooks, ocsf";
    private const string SecretTakes = "takes 16 to 512 visible ASCII characters";

    private static readonly DateTimeOffset Now = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("okta")]
    [InlineData("auth0")]
    [InlineData("keycloak")]
    [InlineData("entra")]
    [InlineData("google")]
    [InlineData("cloudevents")]
    [InlineData("standard-webhooks")]
    [InlineData("ocsf")]
    public void Check_EveryKind_IsTaken(string kind)
    {
        new SourceRequest("okta-main", kind).Check();

        Assert.Contains(kind, ProviderKinds.All, StringComparer.Ordinal);
        Assert.Equal(8, ProviderKinds.All.Count);
    }

    [Fact]
    public void Check_Nothing_NamesWhatIsMissing()
    {
        var e = Assert.Throws<ProblemException>(() => new SourceRequest().Check());

        Assert.Equal(400, e.Status);
        Assert.Equal(
            [new Fault("missing", "name", $"got nothing; takes {NameTakes}"), new Fault("missing", "kind", $"got nothing; takes {KindTakes}")],
            e.Errors.Cast<Fault>());
    }

    [Fact]
    public void Check_ManyFaults_AreAllNamedAtOnce()
    {
        var e = Assert.Throws<ProblemException>(() => new SourceRequest("-x", "Okta", "too-short").Check());

        Assert.Equal(
            [
                new Fault("invalid_value", "name", $"got '-x'; takes {NameTakes}"),
                new Fault("invalid_value", "kind", $"got 'Okta'; takes {KindTakes}"),
                new Fault("invalid_value", "secret", $"got 9 characters; {SecretTakes}"),
            ],
            e.Errors.Cast<Fault>());
    }

    [Theory]
    [InlineData("!~!~!~!~!~!~!~!~", true)]
    [InlineData("fifteen-letters", false)]
    [InlineData("sixteen-letters-", true)]
    [InlineData("Bearer 0123456789abcdef", false)]
    [InlineData("0123456789abcdef\n", false)]
    [InlineData("0123456789abcde\u007f", false)]
    [InlineData("0123456789abcdé", false)]
    [InlineData("비밀비밀비밀비밀비밀비밀비밀비밀", false)]
    [InlineData("", false)]
    public void Check_Secret_Takes16To512VisibleCharacters(string secret, bool valid)
    {
        var e = Record.Exception(() => new SourceRequest("okta-main", "okta", secret).Check());

        Assert.Equal(valid, e is null);
        Assert.True(valid || Assert.Single(((ProblemException)e!).Errors) is Fault { Field: "secret" } fault
            && fault.Detail.EndsWith(SecretTakes, StringComparison.Ordinal)
            && (secret.Length == 0 || !fault.Detail.Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public void Check_SecretOf512Characters_IsTheLongest()
    {
        new SourceRequest("okta-main", "okta", new string('a', 512)).Check();

        var e = Assert.Throws<ProblemException>(() => new SourceRequest("okta-main", "okta", new string('a', 513)).Check());
        Assert.Equal(new Fault("invalid_value", "secret", $"got 513 characters; {SecretTakes}"), Assert.Single(e.Errors));
    }

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)] // 24 bytes: the example of the specification
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ=", false)] // 23
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", false)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa_w", false)]
    public void Check_SecretOfStandardWebhooks_HasItsForm(string secret, bool valid)
    {
        var e = Record.Exception(() => new SourceRequest("native", "standard-webhooks", secret).Check());

        Assert.Equal(valid, e is null);
        if (e is ProblemException problem)
        {
            Assert.Equal(
                new Fault("invalid_value", "secret", "got another form; takes whsec_ and the base64 of 24 to 64 bytes"), Assert.Single(problem.Errors));
        }

        new SourceRequest("native", "okta", secret).Check();
    }

    [Fact]
    public void Create_Secret_Has256BitsInTheFormOfItsKind()
    {
        Assert.Matches(@"\A[A-Za-z0-9_-]{43}\z", SourceSecret.Create("okta"));
        Assert.Matches(@"\Awhsec_[A-Za-z0-9+/]{43}=\z", SourceSecret.Create("standard-webhooks"));
        Assert.NotEqual(SourceSecret.Create("okta"), SourceSecret.Create("okta"), StringComparer.Ordinal);
    }

    [Fact]
    public void Create_SecretOfEveryKind_IsOneThatCouldBeGiven()
    {
        Assert.All(ProviderKinds.All, kind => new SourceRequest("a", kind, SourceSecret.Create(kind)).Check());
    }

    [Fact]
    public void Check_Rotation_NamesEveryFaultAtOnce()
    {
        var e = Assert.Throws<ProblemException>(() => new RotateSourceRequest(Now, Now.AddTicks(-1), "short").Check("okta", Now));

        Assert.Equal(
            [
                new Fault("invalid_value", "expiresAt", "got '2026-09-01T00:00:00.0000000Z'; takes a time in the future"),
                new Fault("invalid_value", "oldExpiresAt", "got '2026-08-31T23:59:59.9999999Z'; takes a time in the future"),
                new Fault("invalid_value", "secret", $"got 5 characters; {SecretTakes}"),
            ],
            e.Errors.Cast<Fault>());
    }

    [Fact]
    public void Check_RotationWithNothingOrTimesToCome_IsTaken()
    {
        new RotateSourceRequest().Check("okta", Now);
        new RotateSourceRequest(Now.AddTicks(1), Now.AddTicks(1), "0123456789abcdef").Check("okta", Now);
    }
}
