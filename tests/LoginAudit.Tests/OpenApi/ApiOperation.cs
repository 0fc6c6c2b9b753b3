using System.Text.Json;
using System.Text.RegularExpressions;
using LoginAudit.InProcess;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LoginAudit.Tests.OpenApi;

/// <summary>One call of the API's document.</summary>
/// <param name="Id">Its <c>operationId</c>.</param>
/// <param name="Method">In capitals.</param>
/// <param name="Path">With <c>{parameters}</c>.</param>
/// <param name="Role">What it needs; none for a call that anyone may make.</param>
/// <param name="Json">All of it.</param>
public sealed partial record ApiOperation(string Id, string Method, string Path, string? Role, JsonElement Json)
{
    private readonly Regex _path = new(
        $@"\A{Parameter().Replace(Path, "[^/]+")}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    public bool Matches(string method, string path) => method == Method && _path.IsMatch(path);

    /// <summary>A path with the tenant, and with something for every other parameter.</summary>
    public static string PathOf(string path, string tenant) => Parameter().Replace(path.Replace("{tenant}", tenant, StringComparison.Ordinal), "x");

    public override string ToString() => $"{Method} {Path}";

    /// <summary>The document as an app without storage serves it.</summary>
    public static async Task<JsonElement> ServedDocumentAsync()
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["AuditStorage"] = "UseDevelopmentStorage=true" };
        await using var app = InProcessApp.Build(0, settings, services => services.RemoveAll<IHostedService>());
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var document = await client.GetStringAsync("/openapi/v1.json");
        await app.StopAsync();
        return JsonElement.Parse(document);
    }

    public static IReadOnlyList<ApiOperation> AllOf(JsonElement document) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           select new ApiOperation(
               operation.Value.GetProperty("operationId").GetString()!,
               operation.Name.ToUpperInvariant(),
               path.Name,
               operation.Value.TryGetProperty("security", out var security) ? security[0].GetProperty("bearer")[0].GetString() : null,
               operation.Value),
    ];

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
