using System.Net;
using LoginAudit.InProcess;
using LoginAudit.OpenApi;
using LoginAudit.Tests.Hosting;
using LoginAudit.Tests.OpenApi;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tests.OverWorker;

/// <summary>Every HTTP function is reached in the worker process by its own route, and by no other's.</summary>
public sealed class EveryFunctionTests(SharedWorkerApp shared, AzuriteFixture azurite)
{
    /// <summary>What a function answers to a call without a body and without a key, if it needs no role.</summary>
    private static readonly Dictionary<string, HttpStatusCode> WithoutARole = new(StringComparer.Ordinal)
    {
        ["Live"] = HttpStatusCode.OK,
        ["Ready"] = HttpStatusCode.OK,
        ["OpenApi"] = HttpStatusCode.OK,
        ["Portal"] = HttpStatusCode.NotFound, // the page is not built
        ["Webhook"] = HttpStatusCode.NotFound, // no such hook
        ["AskWebhook"] = HttpStatusCode.NotFound,
        ["PermitWebhook"] = HttpStatusCode.NotFound,
    };

    public static TheoryData<string, string, string> Calls { get; } = new(
        from function in Functions.With<HttpTriggerAttribute>()
        where !function.Trigger.Route!.StartsWith('{')
        from method in function.Trigger.Methods!
        select (function.Name, method.ToUpperInvariant(), function.Trigger.Route!));

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_WithoutAKey_IsAnsweredByItsFunction(string name, string method, string route)
    {
        var app = await shared.AppAsync(azurite);
        var path = "/" + ApiOperation.PathOf(route.Replace("{*path}", "none.js", StringComparison.Ordinal), "acme");

        using var answer = await app.SendAsync(new HttpMethod(method), path, key: null);

        var expected = WithoutARole.GetValueOrDefault(name, HttpStatusCode.Unauthorized);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString() is "no-cache" ? "no-store" : answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public void Calls_CoverEveryRole()
    {
        Assert.True(Calls.Count >= 29);
        Assert.All(
            Functions.With<HttpTriggerAttribute>().Where(function => !function.Trigger.Route!.StartsWith('{')),
            function => Assert.True(
                WithoutARole.ContainsKey(function.Name) != function.Method.IsDefined(typeof(NeedsRoleAttribute), inherit: false), function.Name));
    }
}
