using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace LoginAudit.Tests.OpenApi;

/// <summary>Lets every call through, and fails one whose answer, or whose accepted body, is not as the document tells.</summary>
internal sealed class DocumentedAnswers(JsonElement document) : DelegatingHandler(new SocketsHttpHandler
{
    AllowAutoRedirect = false,
    RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8,
})
{
    private readonly AnswerSchemas _schemas = new(document);
    private readonly ConcurrentDictionary<(string Operation, string Status), bool> _seen = new();

    public IReadOnlyList<ApiOperation> Operations { get; } = ApiOperation.AllOf(document);

    public bool HasSeen(ApiOperation operation, string status) => _seen.ContainsKey((operation.Id, status));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var operation = Operations.Single(operation => operation.Matches(request.Method.Method, request.RequestUri!.AbsolutePath));
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        var call = $"{operation} answered {status}";
        Assert.True(operation.Json.GetProperty("responses").TryGetProperty(status, out var documented), $"{call}, which the document does not tell.");
        documented = Resolve(documented);

        await CheckAsync(documented, answer.Content, call);
        CheckHeaders(documented, answer, call);
        if (answer.IsSuccessStatusCode && request.Content is { } sent && sent.Headers.ContentEncoding.Count == 0)
        {
            Assert.True(operation.Json.TryGetProperty("requestBody", out var body), $"{operation} was sent a body, which the document does not tell.");
            await CheckAsync(body, sent, $"{operation} took a body that");
        }

        _seen[(operation.Id, status)] = true;
        return answer;
    }

    private JsonElement Resolve(JsonElement response) => response.TryGetProperty("$ref", out var reference)
        ? reference.GetString()!.Split('/').Skip(1).Aggregate(document, (at, name) => at.GetProperty(name))
        : response;

    private async Task CheckAsync(JsonElement documented, HttpContent content, string call)
    {
        var body = await content.ReadAsStringAsync();
        if (!documented.TryGetProperty("content", out var types))
        {
            Assert.True(body.Length == 0, $"{call} has a body, which the document does not tell: {body}");
            return;
        }

        var type = content.Headers.ContentType?.MediaType ?? "none";
        Assert.True(types.TryGetProperty(type, out var media), $"{call} is {type}, which the document does not tell.");
        if (type.EndsWith("json", StringComparison.Ordinal) && type != "application/x-ndjson")
        {
            var faults = await _schemas.CheckAsync(media.GetProperty("schema"), body);
            Assert.True(faults.Count == 0, $"{call} is not as its schema tells: {string.Join(", ", faults)}\n{body}");
        }
    }

    private static void CheckHeaders(JsonElement documented, HttpResponseMessage answer, string call)
    {
        var sent = answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var headers = documented.TryGetProperty("headers", out var told) ? told.EnumerateObject().ToList() : [];
        foreach (var header in headers.Where(header => header.Value.TryGetProperty("required", out var required) && required.GetBoolean()))
        {
            Assert.True(sent.Contains(header.Name), $"{call} lacks the header {header.Name}.");
        }

        foreach (var name in new[] { "ETag", "Link", "Location", "Retry-After", "WWW-Authenticate" }.Where(sent.Contains))
        {
            Assert.True(headers.Exists(header => header.Name == name), $"{call} has the header {name}, which the document does not tell.");
        }
    }
}
