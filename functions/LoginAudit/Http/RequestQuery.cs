using Microsoft.AspNetCore.Http;

namespace LoginAudit.Http;

internal static class RequestQuery
{
    /// <summary>The parameters of a call by name, in plain types.</summary>
    public static Dictionary<string, string[]> Read(HttpRequest request) =>
        request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.Select(value => value ?? "").ToArray(), StringComparer.Ordinal);
}
