using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>One app for a class of tests whose clock stands still; each test takes a tenant of its own.</summary>
public sealed class BadInputApp(AzuriteFixture azurite) : IAsyncLifetime
{
    public const string WholePeriod = "from=2026-03-06T00:00:00Z&to=2026-09-02T00:00:00Z";

    private TestApp? _app;
    private int _taken;

    public TestApp App => _app!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync(
        azurite,
        new FakeTimeProvider(new DateTimeOffset(2026, 9, 1, 12, 0, 0, TimeSpan.Zero)),
        settings: [("Ingest__MaxEvents", "50"), ("Ingest__MaxBodyBytes", "1048576")]);

    public ValueTask DisposeAsync() => App.DisposeAsync();

    public Task<TestTenant> NewTenantAsync() => App.CreateTenantAsync(NewTenantId());

    public string NewTenantId() => string.Create(CultureInfo.InvariantCulture, $"tenant-{Interlocked.Increment(ref _taken):D4}");

    /// <summary>Neither a search of the whole period nor a look at every day's table finds anything.</summary>
    public async Task AssertNothingStoredAsync(TestTenant tenant)
    {
        Assert.Empty(await tenant.SearchAllAsync(WholePeriod));
        var tables = new TableServiceClient(App.ConnectionString);
        await foreach (var table in tables.QueryAsync(table => table.Name.CompareTo("LoginEvents") > 0))
        {
            if (table.Name.StartsWith("LoginEvents", StringComparison.Ordinal))
            {
                var rows = tables.GetTableClient(table.Name).QueryAsync<TableEntity>(
                    row => row.PartitionKey.CompareTo(tenant.Id + "_") >= 0 && row.PartitionKey.CompareTo(tenant.Id + "`") < 0);
                Assert.False(await rows.AnyAsync());
            }
        }
    }
}

/// <summary>RFC 9457 problems as a client sees them.</summary>
internal static class Problems
{
    /// <summary>The answer's problem, which must have this status and code.</summary>
    public static async Task<JsonElement> ReadProblemAsync(this HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(text);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        return problem;
    }

    /// <summary>One of the errors is about the field and says all of this.</summary>
    public static void AssertError(this JsonElement problem, string field, params string[] says) =>
        problem.GetProperty("errors").AssertFault(field, says);

    public static void AssertFault(this JsonElement faults, string field, params string[] says)
    {
        var details = faults.EnumerateArray().Where(fault => fault.GetProperty("field").GetString() == field)
            .Select(fault => fault.GetProperty("detail").GetString()!).ToList();
        Assert.True(
            details.Exists(detail => says.All(text => detail.Contains(text, StringComparison.Ordinal))),
            $"No fault of '{field}' says '{string.Join("', '", says)}': {faults}");
    }

    public static async Task<JsonElement> ReadOkAsync(this HttpResponseMessage answer)
    {
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)answer.StatusCode == 200, json.ToString());
        return json;
    }
}
