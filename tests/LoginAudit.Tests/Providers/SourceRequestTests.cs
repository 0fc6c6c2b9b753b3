using LoginAudit.Http;
using LoginAudit.Providers;
using LoginAudit.Providers.Reading;

namespace LoginAudit.Tests.Providers;

public sealed class SourceRequestTests
{
    private const string NameTakes = "1 to 63 of a-z, A-Z, 0-9, '.', '_' and '-', starting with a letter or digit";
    private const string KindTakes = "one of okta, auth0, keycloak, entra, google, cloudevents, standard-webhooks, ocsf, set";
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
    [InlineData("set")]
    public void Check_EveryKind_IsTaken(string kind)
    {
        Of(kind).Check();

        Assert.Contains(kind, ProviderKinds.All, StringComparer.Ordinal);
        Assert.Equal(9, ProviderKinds.All.Count);
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
    public void Check_Set_NeedsIssuerAndAudienceAndFindsTheMetadata()
    {
        var settings = new SourceRequest("a", "set", Issuer: "https://idp.example.com/tenant-1/", Audience: "login-audit").Check();
        var given = new SourceRequest("a", "set", Issuer: "urn:idp", Audience: "login-audit", MetadataUrl: "https://idp.example.com/risc").Check();
        var e = Assert.Throws<ProblemException>(() => new SourceRequest("a", "set").Check());

        Assert.Equal("https://idp.example.com/.well-known/ssf-configuration/tenant-1", settings.MetadataUrl);
        Assert.Equal(("urn:idp", "https://idp.example.com/risc"), (given.Issuer, given.MetadataUrl));
        Assert.Equal(
            [
                new Fault("missing", "issuer", "got nothing; takes the transmitter's iss, at most 256 characters"),
                new Fault("missing", "audience", "got nothing; takes the aud of the stream, at most 256 characters"),
            ],
            e.Errors.Cast<Fault>());
    }

    [Theory]
    [InlineData("urn:idp", null, "missing", "got nothing")]
    [InlineData("http://idp.example.com", null, "missing", "got nothing")]
    [InlineData("https://idp.example.com", "http://idp.example.com/keys", "invalid_value", "got 'http://idp.example.com/keys'")]
    [InlineData("https://idp.example.com", "file:///etc/passwd", "invalid_value", "got 'file:///etc/passwd'")]
    [InlineData("https://idp.example.com", "https://user@idp.example.com/keys", "invalid_value", "got 'https://user@idp.example.com/keys'")]
    public void Check_SetWithoutASafeAddressOfKeys_IsNotTaken(string issuer, string? metadata, string code, string got)
    {
        var e = Assert.Throws<ProblemException>(() => new SourceRequest("a", "set", Issuer: issuer, Audience: "b", MetadataUrl: metadata).Check());

        Assert.Equal(
            new Fault(code, "metadataUrl", $"{got}; takes an https address without query and fragment; not needed where the issuer is one"),
            Assert.Single(e.Errors));
    }

    [Fact]
    public void Check_SettingsOfAnotherKind_AreNotTaken()
    {
        var e = Assert.Throws<ProblemException>(() => new SourceRequest("a", "okta", Issuer: "i", Audience: "a", MetadataUrl: "m", Categories: ["c", "d"]).Check());
        var entra = Assert.Throws<ProblemException>(() => new SourceRequest("a", "entra", Issuer: "i", Categories: ["SignInLogs"]).Check());

        Assert.Equal(
            [
                new Fault("unknown_field", "issuer", "got 'i'; takes nothing: sources of kind okta have none"),
                new Fault("unknown_field", "audience", "got 'a'; takes nothing: sources of kind okta have none"),
                new Fault("unknown_field", "metadataUrl", "got 'm'; takes nothing: sources of kind okta have none"),
                new Fault("unknown_field", "categories", "got 'c, d'; takes nothing: sources of kind okta have none"),
            ],
            e.Errors.Cast<Fault>());
        Assert.Equal(
            [
                new Fault("unknown_field", "issuer", "got 'i'; takes nothing: sources of kind entra have none"),
                new Fault(
                    "invalid_value", "categories",
                    "got 'SignInLogs'; takes any of NonInteractiveUserSignInLogs, ServicePrincipalSignInLogs, ManagedIdentitySignInLogs, MicrosoftServicePrincipalSignInLogs"),
            ],
            entra.Errors.Cast<Fault>());
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
        Assert.All(ProviderKinds.All, kind => (Of(kind) with { Secret = SourceSecret.Create(kind) }).Check());
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

    private static SourceRequest Of(string kind) => kind == "set"
        ? new SourceRequest("idp", kind, Issuer: "https://idp.example.com", Audience: "login-audit")
        : new SourceRequest("idp", kind);
}
