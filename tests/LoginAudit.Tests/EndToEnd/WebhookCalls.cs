using System.Net.Http.Json;
using System.Text.Json;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.Tests.EndToEnd;

/// <summary>What an operator does to make a hook, and a provider to call it.</summary>
internal static class WebhookCalls
{
    public const string Secret = "a-secret-of-the-provider-0123456789";

    /// <summary>Makes a source of the tenant acme, and gives its address.</summary>
    public static async Task<string> HookAsync(
        this TestApp app, string kind, string secret = Secret, string name = "hook",
        string? issuer = null, string? audience = null, string? metadataUrl = null, string[]? categories = null)
    {
        using var made = await app.SendAsync(
            HttpMethod.Post, "/v1/tenants/acme/sources", app.OperatorKey, new { name, kind, secret, issuer, audience, metadataUrl, categories });
        var json = await made.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True((int)made.StatusCode == 201, json.ToString());
        return json.GetProperty("url").GetString()!;
    }

    public static async Task<HttpResponseMessage> CallAsync(
        this TestApp app, HttpMethod method, string url, byte[] body, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await app.Client.SendAsync(request);
    }
}
