using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Tenants;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.Storage;

/// <summary>Secrets at rest, and the key ring that several processes share.</summary>
public sealed class HookSecretsTests(AzuriteFixture azurite)
{
    private const string Secret = "planted-secret-of-okta";

    private static readonly HookId Id = HookId.Parse("0123456789abcdef0123456789abcdef");

    [Fact]
    public async Task Protect_Secret_IsReadBackByTheSameAndByAnotherProcess()
    {
        var account = await azurite.TakeAccountAsync();
        var app = await HookInstance.StartAsync(account);
        var other = await HookInstance.StartAsync(account);

        var hook = HookOf(app.Secrets.Protect(Id, Secret, HookInstance.Now));

        Assert.Matches(@"\A[0-9a-f]{10}\z", hook.Secrets[0].Id);
        Assert.Equal((HookInstance.Now, null), (hook.Secrets[0].CreatedAt, hook.Secrets[0].ExpiresAt));
        Assert.Equal([Secret], app.Secrets.Unprotect(hook), StringComparer.Ordinal);
        Assert.Equal([Secret], other.Secrets.Unprotect(hook), StringComparer.Ordinal);
        Assert.Matches(@"\Akey-[0-9a-f-]{36}\.xml\z", Assert.Single(app.KeyRingBlobNames()));
    }

    [Fact]
    public async Task Protect_StoredRows_HoldNothingOfTheSecret()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());

        await app.Store.AddAsync(HookOf(app.Secrets.Protect(Id, Secret, HookInstance.Now)), CancellationToken.None);

        var stored = string.Concat(app.Clients.Accounts[0].Tables.Query().SelectMany(
            table => app.Clients.Accounts[0].Tables.GetTableClient(table.Name).Query<TableEntity>().SelectMany(row => row.Select(column => $"{column.Value}\n"))));
        var bytes = Encoding.UTF8.GetBytes(Secret);
        byte[][] forms = [bytes, MD5.HashData(bytes), SHA1.HashData(bytes), SHA256.HashData(bytes), SHA512.HashData(bytes)];
        Assert.Contains("okta-main", stored, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, stored, StringComparison.OrdinalIgnoreCase);
        foreach (var form in forms)
        {
            var base64 = Convert.ToBase64String(form).TrimEnd('=');
            Assert.DoesNotContain(Convert.ToHexString(form), stored, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(base64, stored, StringComparison.Ordinal);
            Assert.DoesNotContain(base64.Replace('+', '-').Replace('/', '_'), stored, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Protect_SameSecretTwice_IsNotTheSameText()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());

        Assert.NotEqual(
            app.Secrets.Protect(Id, Secret, HookInstance.Now).Protected,
            app.Secrets.Protect(Id, Secret, HookInstance.Now).Protected,
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Unprotect_CiphertextCopiedToAnotherHook_Fails()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        var secret = app.Secrets.Protect(Id, Secret, HookInstance.Now);

        var copied = HookOf(secret) with { Id = HookId.Parse("0123456789abcdef0123456789abcdee") };

        Assert.Throws<CryptographicException>(() => app.Secrets.Unprotect(copied));
    }

    [Theory]
    [InlineData("")]
    [InlineData("CfDJ8")]
    [InlineData("no base64 at all")]
    public async Task Unprotect_BrokenText_Fails(string text)
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        var good = app.Secrets.Protect(Id, Secret, HookInstance.Now);

        Assert.ThrowsAny<Exception>(() => app.Secrets.Unprotect(HookOf(good with { Protected = text })));
        Assert.ThrowsAny<CryptographicException>(() => app.Secrets.Unprotect(HookOf(good with { Protected = good.Protected[..^1] + (good.Protected[^1] == 'A' ? 'Q' : 'A') })));
        Assert.Equal([Secret], app.Secrets.Unprotect(HookOf(good with { Id = "00000000aa", Protected = text }, good)), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Unprotect_SecretsThatHaveEnded_AreLeftOut()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        var hook = HookOf(
            app.Secrets.Protect(Id, "the-old-one", HookInstance.Now, HookInstance.Now.AddHours(1)),
            app.Secrets.Protect(Id, "the-new-one", HookInstance.Now, HookInstance.Now.AddHours(2)));

        var both = app.Secrets.Unprotect(hook);
        app.Time.SetUtcNow(HookInstance.Now.AddHours(1));
        var one = app.Secrets.Unprotect(hook);
        app.Time.SetUtcNow(HookInstance.Now.AddHours(2));
        var none = app.Secrets.Unprotect(hook);

        Assert.Equal(["the-old-one", "the-new-one"], both, StringComparer.Ordinal);
        Assert.Equal(["the-new-one"], one, StringComparer.Ordinal);
        Assert.Empty(none);
    }

    [Fact]
    public async Task Ring_NoSecretUsed_IsNeverRead()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());

        await app.Store.ListAsync(TenantId.Parse("acme"), CancellationToken.None);
        var found = app.Secrets.Unprotect(HookOf());

        Assert.Empty(found);
        Assert.DoesNotContain(app.Requests.Sent, sent => sent.Contains("data-protection", StringComparison.Ordinal));
        Assert.Empty(app.KeyRingBlobNames());
    }

    [Fact]
    public async Task Ring_ManyUses_IsReadOnce()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        var hook = HookOf(app.Secrets.Protect(Id, Secret, HookInstance.Now));
        app.Requests.Clear();

        for (var i = 0; i < 100; i++)
        {
            app.Secrets.Unprotect(hook);
        }

        Assert.Empty(app.Requests.Sent);
    }

    [Fact]
    public async Task Ring_Emptied_FailsClosedAndTakesNewSecrets()
    {
        var account = await azurite.TakeAccountAsync();
        var app = await HookInstance.StartAsync(account);
        var old = app.Secrets.Protect(Id, Secret, HookInstance.Now);
        foreach (var name in app.KeyRingBlobNames())
        {
            await app.Clients.KeyRingContainer.DeleteBlobAsync(name);
        }

        var restarted = await HookInstance.StartAsync(account);

        Assert.Throws<CryptographicException>(() => restarted.Secrets.Unprotect(HookOf(old)));
        restarted.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Throws<CryptographicException>(() => restarted.Secrets.Unprotect(HookOf(old)));
        var rotated = HookOf(old, restarted.Secrets.Protect(Id, "the-new-one", HookInstance.Now));
        Assert.Equal(["the-new-one"], restarted.Secrets.Unprotect(rotated), StringComparer.Ordinal);
        Assert.Single(restarted.KeyRingBlobNames());
    }

    [Fact]
    public async Task Ring_KeyMadeByAnotherProcess_IsFoundWithinAMinute()
    {
        var account = await azurite.TakeAccountAsync();
        var app = await HookInstance.StartAsync(account);
        var first = app.Secrets.Protect(Id, Secret, HookInstance.Now);
        var now = TimeProvider.System.GetUtcNow();
        var rolled = app.KeyManager().CreateNewKey(now, now.AddDays(90));
        var other = await HookInstance.StartAsync(account);
        var second = other.Secrets.Protect(Id, "by-the-new-key", HookInstance.Now);

        var at = app.Requests.Sent.Count;
        app.Time.Advance(TimeSpan.FromMinutes(1));
        var found = app.Secrets.Unprotect(HookOf(first, second));

        Assert.Equal(new Guid(Convert.FromBase64String(second.Protected.Replace('-', '+').Replace('_', '/')[..32])[4..20]), rolled.KeyId);
        Assert.Equal([Secret, "by-the-new-key"], found, StringComparer.Ordinal);
        Assert.InRange(app.Requests.Sent.Count - at, 0, 3);
        Assert.Equal([Secret], other.Secrets.Unprotect(HookOf(first)), StringComparer.Ordinal);
        Assert.Equal(2, app.KeyRingBlobNames().Count);
    }

    [Fact]
    public async Task Ring_SecretsOfAKeyThatIsLost_ReadItOnceAMinute()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        var foreign = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        var lost = HookOf(foreign.Secrets.Protect(Id, Secret, HookInstance.Now));
        app.Secrets.Protect(Id, Secret, HookInstance.Now);
        app.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Throws<CryptographicException>(() => app.Secrets.Unprotect(lost));
        app.Requests.Clear();

        for (var i = 0; i < 100; i++)
        {
            Assert.Throws<CryptographicException>(() => app.Secrets.Unprotect(lost));
        }

        Assert.Empty(app.Requests.Sent);
        app.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Throws<CryptographicException>(() => app.Secrets.Unprotect(lost));
        Assert.InRange(app.Requests.Sent.Count, 2, 4);
    }

    [Fact]
    public async Task Ring_KeyRevoked_StillDecryptsAndEncryptsNoMore()
    {
        var account = await azurite.TakeAccountAsync();
        var app = await HookInstance.StartAsync(account);
        var old = app.Secrets.Protect(Id, Secret, HookInstance.Now);
        var manager = app.KeyManager();
        manager.RevokeKey(Assert.Single(manager.GetAllKeys()).KeyId, "a test");

        var restarted = await HookInstance.StartAsync(account);
        var next = restarted.Secrets.Protect(Id, "the-new-one", HookInstance.Now);

        Assert.Equal([Secret, "the-new-one"], restarted.Secrets.Unprotect(HookOf(old, next)), StringComparer.Ordinal);
        Assert.NotEqual(old.Protected[..30], next.Protected[..30], StringComparer.Ordinal);
        Assert.Equal(
            ["key", "key", "revocation"], restarted.KeyRingBlobNames().Select(name => name.Split('-')[0]).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Ring_AllKeysRevokedAndExpired_StillDecrypts()
    {
        var account = await azurite.TakeAccountAsync();
        var app = await HookInstance.StartAsync(account);
        var now = TimeProvider.System.GetUtcNow();
        app.KeyManager().CreateNewKey(now.AddDays(-100), now.AddSeconds(-1));
        var old = app.Secrets.Protect(Id, Secret, HookInstance.Now);
        app.KeyManager().RevokeAllKeys(TimeProvider.System.GetUtcNow(), "a test");

        var restarted = await HookInstance.StartAsync(account);

        Assert.Equal([Secret], restarted.Secrets.Unprotect(HookOf(old)), StringComparer.Ordinal);
        Assert.Equal(2, app.KeyManager().GetAllKeys().Count(key => key.IsRevoked));
    }

    [Fact]
    public async Task Ring_StorageDown_IsAStorageFailureAndNoLostSecret()
    {
        var account = await azurite.TakeAccountAsync();
        var secret = (await HookInstance.StartAsync(account)).Secrets.Protect(Id, Secret, HookInstance.Now);
        var app = await HookInstance.StartAsync(account);
        app.Requests.BeforeSend = message => throw new RequestFailedException(503, "down", "ServerBusy", null);

        var write = Record.Exception(() => app.Secrets.Protect(Id, Secret, HookInstance.Now));
        var read = Record.Exception(() => app.Secrets.Unprotect(HookOf(secret)));
        app.Requests.BeforeSend = null;

        Assert.True(write?.IsStorageFailure(), $"{write}");
        Assert.True(read?.IsStorageFailure(), $"{read}");
        Assert.Equal([Secret], app.Secrets.Unprotect(HookOf(secret)), StringComparer.Ordinal);
    }

    [Fact]
    public async Task StoreElement_AgainUnderItsName_ChangesNothing()
    {
        var app = await HookInstance.StartAsync(await azurite.TakeAccountAsync());
        var blobs = new KeyRingBlobs(app.Clients, TimeProvider.System);

        blobs.StoreElement(new System.Xml.Linq.XElement("key", "first"), "key-1");
        blobs.StoreElement(new System.Xml.Linq.XElement("key", "second"), "key-1");

        Assert.Equal("<key>first</key>", Assert.Single(blobs.GetAllElements()).ToString());
        Assert.Equal("key-1.xml", Assert.Single(app.KeyRingBlobNames()));
    }

    private static Hook HookOf(params HookSecret[] secrets) =>
        new(Id, TenantId.Parse("acme"), "okta-main", "okta", HookInstance.Now, secrets);
}
