using System.Net.Http.Json;
using System.Text.Json;
using Azure;
using Azure.Core;
using LoginAudit.Tenants;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>What tests of webhook sources share: an operator's calls, and the hook as a provider's call has it.</summary>
internal static class SourceCalls
{
    public const string Given = "planted-secret-0123456789";

    public static DateTimeOffset Now { get; } = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    public static void ThrowAt(HttpMessage message, string path)
    {
        if (message.Request.Uri.Path.Contains(path, StringComparison.Ordinal))
        {
            throw new RequestFailedException(503, "down", "ServerBusy", null);
        }
    }

    public static Task<HttpResponseMessage> SendAsync(TestApp app, string method, string tenant, string path, object? body = null) =>
        app.SendAsync(new HttpMethod(method), $"/v1/tenants/{tenant}/sources{path}", app.OperatorKey, body);

    public static async Task<JsonElement> CreateAsync(TestApp app, string tenant, string name, string kind, string? secret = null)
    {
        using var answer = await SendAsync(app, "POST", tenant, "", secret is null ? new { name, kind } : new { name, kind, secret });
        Assert.Equal(201, (int)answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public static async Task<JsonElement> RotateAsync(TestApp app, string tenant, JsonElement source, object body)
    {
        using var answer = await SendAsync(app, "POST", tenant, $"/{IdOf(source)}/rotate", body);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)answer.StatusCode == 201, json.ToString());
        return json;
    }

    public static string IdOf(JsonElement source) => source.GetProperty("id").GetString()!;

    public static Task<Hook?> FindAsync(TestApp app, JsonElement source) =>
        app.Services.GetRequiredService<HookStore>().FindAsync(HookId.Parse(IdOf(source)), CancellationToken.None);

    /// <summary>As the webhook will have them.</summary>
    public static async Task<IReadOnlyList<string>> SecretsAsync(TestApp app, JsonElement source) =>
        app.Services.GetRequiredService<HookSecrets>().Unprotect((await FindAsync(app, source))!);
}
