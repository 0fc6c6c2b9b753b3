using System.Security.Cryptography;
using Azure.Storage.Blobs;
using LoginAudit.Retention;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static LoginAudit.Tests.EndToEnd.SourceCalls;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>The secrets of webhook sources at rest: the key ring that all instances share, and where no secret may show.</summary>
public sealed class SourceSecretTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Create_KeyRingUnreachable_IsToBeRepeatedAndLeavesNothing()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        app.Requests.BeforeSend = message => ThrowAt(message, "/data-protection");
        using var failed = await SendAsync(app, "POST", "acme", "", new { name = "okta-main", kind = "okta" });
        app.Requests.BeforeSend = null;

        using var list = await SendAsync(app, "GET", "acme", "");

        await failed.ReadProblemAsync(503, "storage_unavailable");
        Assert.Equal("""{"sources":[]}""", await list.Content.ReadAsStringAsync());
        await CreateAsync(app, "acme", "okta-main", "okta");
    }

    [Fact]
    public async Task Secrets_InAnotherProcess_AreReadAndWithoutTheRingTheyAreNot()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        var source = await CreateAsync(app, "acme", "okta-main", "okta", Given);

        await using var second = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now), connectionString: app.ConnectionString);
        var inSecond = await SecretsAsync(second, source);
        var ring = new BlobContainerClient(app.ConnectionString, "data-protection");
        foreach (var blob in ring.GetBlobs().ToList())
        {
            await ring.DeleteBlobAsync(blob.Name);
        }

        await using var third = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now), connectionString: app.ConnectionString);

        Assert.Equal([Given], inSecond, StringComparer.Ordinal);
        await Assert.ThrowsAsync<CryptographicException>(() => SecretsAsync(third, source));
        var rotated = await RotateAsync(third, "acme", source, new { });
        Assert.Equal([rotated.GetProperty("secret").GetString()!], await SecretsAsync(third, source), StringComparer.Ordinal);
    }

    [Fact]
    public async Task KeyRing_NoSourceUsed_IsNotTouched()
    {
        await using var app = await TestApp.StartAsync(azurite);
        app.Requests.Clear();
        var acme = await app.CreateTenantAsync("acme");

        using var list = await SendAsync(app, "GET", "acme", "");
        using var events = await acme.GetAsync("events");

        Assert.Equal([200, 200], [(int)list.StatusCode, (int)events.StatusCode]);
        Assert.DoesNotContain(app.Requests.Sent, sent => sent.Contains("data-protection", StringComparison.Ordinal));
    }

    [Fact]
    public async Task KeyRing_PastEveryFilesTime_IsKept()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var app = await TestApp.StartAsync(azurite, time);
        await app.CreateTenantAsync("acme");
        var source = await CreateAsync(app, "acme", "okta-main", "okta", Given);

        time.Advance(TimeSpan.FromDays(400));
        await app.Services.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);
        await using var restarted = await TestApp.StartAsync(azurite, time, connectionString: app.ConnectionString);

        Assert.Equal([Given], await SecretsAsync(restarted, source), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Secrets_InAnswersButTheFirstAndInLogs_AreNowhere()
    {
        var time = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, time);
        await app.CreateTenantAsync("acme");
        var source = await CreateAsync(app, "acme", "okta-main", "okta", Given);
        var rotated = await RotateAsync(app, "acme", source, new { });
        await SecretsAsync(app, source);
        var answers = "";
        (string Method, string Path, object? Body)[] calls =
        [
            ("GET", "", null), ("GET", $"/{IdOf(source)}", null), ("POST", $"/{IdOf(source)}/rotate", new { secret = Given }),
            ("POST", "", new { secret = Given }), ("POST", "", new { name = "a", kind = "okta", secret = new[] { Given } }),
            ("POST", "", new { name = "a", kind = "okta", secret = Given + " " }), ("POST", "", new { name = "a", kind = "standard-webhooks", secret = Given }),
            ("DELETE", $"/{IdOf(source)}", null), ("GET", "", null),
        ];
        foreach (var (method, path, body) in calls)
        {
            using var answer = await SendAsync(app, method, "acme", path, body);
            answers += $"{answer} {await answer.Content.ReadAsStringAsync()}\n";
        }

        // A key ring that is broken, which Data Protection would log whole at Trace; and one that is lost.
        var ring = new BlobContainerClient(app.ConnectionString, "data-protection");
        var key = ring.GetBlobs().Single().Name;
        var xml = (await ring.GetBlobClient(key).DownloadContentAsync()).Value.Content.ToString();
        var masterKey = System.Xml.Linq.XElement.Parse(xml).Descendants("value").Single().Value;
        await ring.GetBlobClient(key).UploadAsync(BinaryData.FromString(xml.Replace("<expirationDate>", "<expirationDate>not", StringComparison.Ordinal)), overwrite: true);
        var lost = await CreateAsync(app, "acme", "okta-main", "okta", Given);
        await using var restarted = await TestApp.StartAsync(azurite, time, connectionString: app.ConnectionString);
        await Assert.ThrowsAsync<CryptographicException>(() => SecretsAsync(restarted, lost));

        var logged = string.Join('\n', app.Logs.Lines.Concat(restarted.Logs.Lines));
        Assert.Contains("of a webhook source cannot be decrypted", logged, StringComparison.Ordinal);
        foreach (var secret in new[] { Given, rotated.GetProperty("secret").GetString()!, masterKey })
        {
            Assert.DoesNotContain(secret, answers, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, logged, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(app.Logs.Lines.Concat(restarted.Logs.Lines), line => line.Contains(" Microsoft.AspNetCore.DataProtection.", StringComparison.Ordinal) && !line.Contains("LoginAudit.Tenants.", StringComparison.Ordinal));
    }
}
