using LoginAudit.Http;
using LoginAudit.Providers.Reading;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Providers;

/// <summary>Calls of providers, from HTTP and back to it.</summary>
internal static class WebhookHttp
{
    /// <summary>The call in plain types, its body read once and capped.</summary>
    /// <exception cref="ProblemException">Too large (413), not gzip (400), or in another encoding (415).</exception>
    public static async Task<WebhookCall> ReadAsync(
        HttpRequest request, int maxBytes, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, maxBytes, cancellationToken);
        var headers = request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new WebhookCall(headers, body, receivedAt);
    }

    /// <summary>An answer by the provider's own rules.</summary>
    public static IResult Answer(HttpResponse response, WebhookAnswer answer)
    {
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        return answer.Json is { } json ? ApiJson.Status(answer.Status, json) : Results.StatusCode(answer.Status);
    }
}
