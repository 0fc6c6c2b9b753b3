using System.Net.Http.Json;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using LoginAudit.Tenants;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static LoginAudit.Tests.EndToEnd.SourceCalls;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>Webhook sources as an operator has them, and as the hook itself will.</summary>
public sealed class SourceTests(BadInputApp shared, AzuriteFixture azurite) : IClassFixture<BadInputApp>
{
    [Fact]
    public async Task Create_Source_IsAnsweredWithItsSecret()
    {
        var tenant = await shared.NewTenantAsync();

        using var answer = await SendAsync(shared.App, "POST", tenant.Id, "", new { name = "okta-main", kind = "okta" });
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Matches(
            """
            \A{"id":"(?<id>[0-9a-f]{32})","name":"okta-main","kind":"okta","url":"/v1/webhooks/\k<id>","createdAt":"2026-09-01T12:00:00.0000000Z","secret":"[A-Za-z0-9_-]{43}","secrets":\[{"id":"[0-9a-f]{10}","createdAt":"2026-09-01T12:00:00.0000000Z"}\]}\z
            """.Trim(),
            text);
    }

    [Fact]
    public async Task Create_SourceOfStandardWebhooks_HasASecretOfItsForm()
    {
        var tenant = await shared.NewTenantAsync();

        var source = await CreateAsync(shared.App, tenant.Id, "native", "standard-webhooks");

        var secret = source.GetProperty("secret").GetString()!;
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length);
        Assert.Equal([secret], await SecretsAsync(shared.App, source), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Create_GivenSecret_IsTheOneOfTheHook()
    {
        var tenant = await shared.NewTenantAsync();

        var source = await CreateAsync(shared.App, tenant.Id, "okta-main", "okta", Given);
        var hook = await FindAsync(shared.App, source);

        Assert.Equal(Given, source.GetProperty("secret").GetString());
        Assert.Equal((tenant.Id, "okta-main", "okta", Now), (hook!.Tenant.Value, hook.Name, hook.Kind, hook.CreatedAt));
        Assert.Equal([Given], await SecretsAsync(shared.App, source), StringComparer.Ordinal);
    }

    [Fact]
    public async Task ListAndGet_Sources_AreAllThatIsNotSecret()
    {
        var tenant = await shared.NewTenantAsync();
        using var none = await SendAsync(shared.App, "GET", tenant.Id, "");
        var sources = new List<JsonElement>();
        foreach (var kind in new[] { "okta", "ocsf", "okta" })
        {
            sources.Add(await CreateAsync(shared.App, tenant.Id, "same-name", kind));
        }

        using var list = await SendAsync(shared.App, "GET", tenant.Id, "");
        using var one = await SendAsync(shared.App, "GET", tenant.Id, $"/{IdOf(sources[0])}");

        Assert.Equal("""{"sources":[]}""", await none.Content.ReadAsStringAsync());
        Assert.Equal(
            sources.Select(source => WithoutSecret(source).ToString()).Order(StringComparer.Ordinal),
            (await list.ReadOkAsync()).GetProperty("sources").EnumerateArray().Select(source => source.ToString()));
        Assert.Equal(WithoutSecret(sources[0]).ToString(), (await one.ReadOkAsync()).ToString());
    }

    [Fact]
    public async Task Rotate_Source_HasBothSecretsUntilTheOldOneEnds()
    {
        var time = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, time);
        await app.CreateTenantAsync("acme");
        var source = await CreateAsync(app, "acme", "okta-main", "okta", Given);
        time.Advance(TimeSpan.FromMinutes(1));

        var rotated = await RotateAsync(app, "acme", source, new { });
        var both = await SecretsAsync(app, source);
        using var tooSoon = await SendAsync(app, "POST", "acme", $"/{IdOf(source)}/rotate", new { });
        time.SetUtcNow(Now.AddHours(24).AddMinutes(1).AddTicks(-1));
        var last = await SecretsAsync(app, source);
        time.SetUtcNow(Now.AddHours(24).AddMinutes(1));
        var one = await SecretsAsync(app, source);
        var again = await RotateAsync(app, "acme", source, new { oldExpiresAt = "2026-09-02T13:00:00Z", expiresAt = "2027-01-01T00:00:00Z", secret = "another-given-secret" });
        var newest = await SecretsAsync(app, source);

        var made = rotated.GetProperty("secret").GetString()!;
        Assert.Matches(@"\A[A-Za-z0-9_-]{43}\z", made);
        Assert.Equal([Given, made], both, StringComparer.Ordinal);
        Assert.Equal([Given, made], last, StringComparer.Ordinal);
        Assert.Equal([made], one, StringComparer.Ordinal);
        Assert.Equal([made, "another-given-secret"], newest, StringComparer.Ordinal);
        Assert.Equal("another-given-secret", again.GetProperty("secret").GetString());
        Assert.Equal(["2026-09-02T12:01:00.0000000Z", null], Ends(rotated), StringComparer.Ordinal);
        Assert.Equal(["2026-09-02T13:00:00.0000000Z", "2027-01-01T00:00:00.0000000Z"], Ends(again), StringComparer.Ordinal);
        var problem = await tooSoon.ReadProblemAsync(409, "conflict");
        Assert.Equal(
            "Two secrets of the source live already. Rotate it again from 2026-09-02T12:01:00.0000000Z on.", problem.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Rotate_SourceWhoseSecretHasEnded_LivesAgain()
    {
        var time = new FakeTimeProvider(Now);
        await using var app = await TestApp.StartAsync(azurite, time);
        await app.CreateTenantAsync("acme");
        var source = await CreateAsync(app, "acme", "okta-main", "okta");
        await RotateAsync(app, "acme", source, new { expiresAt = Now.AddHours(2), oldExpiresAt = Now.AddHours(1) });
        time.SetUtcNow(Now.AddHours(2));

        var none = await SecretsAsync(app, source);
        var rotated = await RotateAsync(app, "acme", source, new { });

        Assert.Empty(none);
        Assert.Equal([rotated.GetProperty("secret").GetString()!], await SecretsAsync(app, source), StringComparer.Ordinal);
        Assert.Single(rotated.GetProperty("secrets").EnumerateArray());
    }

    [Fact]
    public async Task Rotate_TwiceAtOnce_IsDoneOnce()
    {
        var tenant = await shared.NewTenantAsync();
        var source = await CreateAsync(shared.App, tenant.Id, "okta-main", "okta");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(shared.App, "POST", tenant.Id, $"/{IdOf(source)}/rotate", new { })));

        Assert.Equal([201, 409, 409, 409], answers.Select(answer => (int)answer.StatusCode).Order());
        var made = await answers.Single(answer => (int)answer.StatusCode == 201).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal([source.GetProperty("secret").GetString()!, made.GetProperty("secret").GetString()!], await SecretsAsync(shared.App, source), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Rotate_AnswerOfStorageLost_StillTellsTheSecret()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        var source = await CreateAsync(app, "acme", "okta-main", "okta");
        var lost = 0;
        app.Requests.AfterAnswer = message =>
        {
            if (message.Request.Method == RequestMethod.Put && message.Request.Uri.Path.Contains("/Webhooks", StringComparison.Ordinal) && lost++ == 0)
            {
                throw new RequestFailedException(0, "lost", new IOException());
            }
        };

        var rotated = await RotateAsync(app, "acme", source, new { });

        Assert.Equal(2, lost);
        Assert.Equal(2, (await SecretsAsync(app, source)).Count);
        Assert.Equal(rotated.GetProperty("secret").GetString(), (await SecretsAsync(app, source))[1]);
    }

    [Fact]
    public async Task Delete_Source_IsDeadAtOnce()
    {
        var tenant = await shared.NewTenantAsync();
        var source = await CreateAsync(shared.App, tenant.Id, "okta-main", "okta");

        using var deleted = await SendAsync(shared.App, "DELETE", tenant.Id, $"/{IdOf(source)}");

        Assert.Equal((204, ""), ((int)deleted.StatusCode, await deleted.Content.ReadAsStringAsync()));
        Assert.Null(await FindAsync(shared.App, source));
        foreach (var (method, path) in new[] { ("GET", ""), ("DELETE", ""), ("POST", "/rotate") })
        {
            using var answer = await SendAsync(shared.App, method, tenant.Id, $"/{IdOf(source)}{path}", method == "POST" ? new { } : null);
            Assert.Equal("There is no such source.", (await answer.ReadProblemAsync(404, "not_found")).GetProperty("title").GetString());
        }

        using var list = await SendAsync(shared.App, "GET", tenant.Id, "");
        Assert.Empty((await list.ReadOkAsync()).GetProperty("sources").EnumerateArray());
    }

    [Fact]
    public async Task Call_SourceOfAnotherTenant_IsNotFoundAndItWorksOn()
    {
        var tenant = await shared.NewTenantAsync();
        var other = await shared.NewTenantAsync();
        var source = await CreateAsync(shared.App, other.Id, "okta-main", "okta", Given);

        foreach (var (method, path) in new[] { ("GET", ""), ("DELETE", ""), ("POST", "/rotate") })
        {
            using var answer = await SendAsync(shared.App, method, tenant.Id, $"/{IdOf(source)}{path}", method == "POST" ? new { } : null);
            await answer.ReadProblemAsync(404, "not_found");
        }

        using var list = await SendAsync(shared.App, "GET", tenant.Id, "");
        Assert.Empty((await list.ReadOkAsync()).GetProperty("sources").EnumerateArray());
        Assert.Equal([Given], await SecretsAsync(shared.App, source), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Create_CutOff_IsShownWithoutSecretsAndCanBeDeleted()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        app.Requests.BeforeSend = message => ThrowAt(message, "/Webhooks");
        using var cutOff = await SendAsync(app, "POST", "acme", "", new { name = "okta-main", kind = "okta" });
        app.Requests.BeforeSend = null;

        using var list = await SendAsync(app, "GET", "acme", "");
        var half = Assert.Single((await list.ReadOkAsync()).GetProperty("sources").EnumerateArray());
        using var rotate = await SendAsync(app, "POST", "acme", $"/{IdOf(half)}/rotate", new { });
        using var delete = await SendAsync(app, "DELETE", "acme", $"/{IdOf(half)}");
        using var after = await SendAsync(app, "GET", "acme", "");

        await cutOff.ReadProblemAsync(503, "storage_unavailable");
        Assert.Empty(half.GetProperty("secrets").EnumerateArray());
        await rotate.ReadProblemAsync(409, "conflict");
        Assert.Equal(204, (int)delete.StatusCode);
        Assert.Equal("""{"sources":[]}""", await after.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task DeleteTenant_Sources_AreGoneAndThoseOfOthersAreNot()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        await app.CreateTenantAsync("acme2");
        var sources = new[] { await CreateAsync(app, "acme", "okta-main", "okta"), await CreateAsync(app, "acme", "okta-main", "okta") };
        var other = await CreateAsync(app, "acme2", "okta-main", "okta", Given);

        using var deleted = await app.SendAsync(HttpMethod.Delete, "/v1/tenants/acme", app.OperatorKey);
        await app.Services.GetRequiredService<TenantDeletion>().RunAsync(
            BinaryData.FromString("""{"version":1,"tenant":"acme","createdAt":"2026-09-01T12:00:00+00:00"}"""), CancellationToken.None);

        Assert.Equal(202, (int)deleted.StatusCode);
        Assert.All(await Task.WhenAll(sources.Select(source => FindAsync(app, source))), Assert.Null);
        Assert.Equal([Given], await SecretsAsync(app, other), StringComparer.Ordinal);
        var tables = new TableServiceClient(app.ConnectionString);
        Assert.Empty(tables.GetTableClient("Tenants").Query<TableEntity>(row => row.PartitionKey == "acme"));
        Assert.Equal(IdOf(other), Assert.Single(tables.GetTableClient("Webhooks").Query<TableEntity>()).PartitionKey);
    }

    [Fact]
    public async Task AccessTrail_ChangesOfSources_AreWrittenWithoutSecrets()
    {
        await using var app = await TestApp.StartAsync(azurite, new FakeTimeProvider(Now));
        await app.CreateTenantAsync("acme");
        var source = await CreateAsync(app, "acme", "okta-main", "okta", Given);
        var id = IdOf(source);
        var rotated = await RotateAsync(app, "acme", source, new { });
        using var conflict = await SendAsync(app, "POST", "acme", $"/{id}/rotate", new { });
        using var shown = await SendAsync(app, "GET", "acme", $"/{id}");
        using var deleted = await SendAsync(app, "DELETE", "acme", $"/{id}");
        using var missing = await SendAsync(app, "DELETE", "acme", $"/{id}");

        var entries = await app.TrailAsync("acme", 5, "action=source_create,source_rotate,source_delete&to=2026-09-02T00:00:00Z");

        Assert.Equal(
            ["source_create 201", "source_delete 204", "source_delete 404", "source_rotate 201", "source_rotate 409"],
            entries.Select(entry => $"{entry.GetProperty("action")} {entry.GetProperty("status")}").Order(StringComparer.Ordinal));
        Assert.All(
            entries.Where(entry => entry.GetProperty("status").GetInt32() != 404),
            entry => Assert.Equal((id, "operator"), (entry.GetProperty("target").GetString(), entry.GetProperty("callerKind").GetString())));
        Assert.Equal("""{"name":"okta-main","kind":"okta"}""", entries.Single(entry => $"{entry.GetProperty("action")}" == "source_create").GetProperty("details").ToString());
        Assert.Equal(
            $$"""{"newSecret":"{{rotated.GetProperty("secrets")[1].GetProperty("id")}}","oldExpiresAt":"2026-09-02T12:00:00.0000000Z"}""",
            entries.Single(entry => $"{entry.GetProperty("action")} {entry.GetProperty("status")}" == "source_rotate 201").GetProperty("details").ToString());
        var all = string.Concat(entries);
        Assert.DoesNotContain(Given, all, StringComparison.Ordinal);
        Assert.DoesNotContain(rotated.GetProperty("secret").GetString()!, all, StringComparison.Ordinal);
    }

    private static List<string?> Ends(JsonElement source) =>
        [.. source.GetProperty("secrets").EnumerateArray().Select(secret => secret.TryGetProperty("expiresAt", out var end) ? end.GetString() : null)];

    private static JsonElement WithoutSecret(JsonElement source) =>
        JsonSerializer.SerializeToElement(source.EnumerateObject().Where(p => p.Name != "secret").ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal));
}
