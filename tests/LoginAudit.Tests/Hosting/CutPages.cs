using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Core.Pipeline;
using LoginAudit.Log.Tables;

namespace LoginAudit.Tests.Hosting;

/// <summary>
/// Stands between the SDK and Azurite, and answers queries of events as Azure does and Azurite never: with pages that hold fewer rows
/// than asked for, or none, and a token to go on with in Azure's form.
/// </summary>
internal sealed partial class CutPages() : DelegatingHandler(new SocketsHttpHandler())
{
    private const int KeyLength = 26;
    private const int MaxRows = 1000;

    /// <summary>How many of the rows of an answer are sent, and whether the page is cut there; by rows found and pages sent before.</summary>
    public Func<int, int, int> Keep { get; set; } = (found, _) => found;

    /// <summary>Queries answered so far, each page of them.</summary>
    public int Pages { get; private set; }

    public StoragePipelineHook Hook => options => options.Transport = new HttpClientTransport(new HttpClient(this, disposeHandler: false));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Get || !request.RequestUri!.AbsolutePath.Contains("/LoginEvents2", StringComparison.Ordinal)
            || !request.RequestUri.AbsolutePath.EndsWith("()", StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var query = Uri.UnescapeDataString(request.RequestUri.Query.TrimStart('?').Replace("+", "%20", StringComparison.Ordinal))
            .Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        if (query.Remove("NextRowKey", out var token))
        {
            query["$filter"] = First().Replace(query["$filter"], $"RowKey ge '{Decode(token)}'", 1);
        }

        // One row more than asked for, whose key the token tells.
        var top = Math.Min(int.Parse(query["$top"], CultureInfo.InvariantCulture), MaxRows - 1);
        query["$top"] = (top + 1).ToString(CultureInfo.InvariantCulture);
        query.Remove("NextPartitionKey");
        query["$select"] += ",RowKey";
        request.RequestUri = new UriBuilder(request.RequestUri)
        {
            Query = string.Join('&', query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")),
        }.Uri;
        var response = await base.SendAsync(request, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK ? await CutAsync(response, query["$filter"], top, token is not null, cancellationToken) : response;
    }

    private async Task<HttpResponseMessage> CutAsync(HttpResponseMessage response, string filter, int top, bool isContinued, CancellationToken cancellationToken)
    {
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        var rows = body["value"]!.AsArray();
        response.Headers.Remove("x-ms-continuation-NextRowKey");
        response.Headers.Remove("x-ms-continuation-NextPartitionKey");
        var keep = Math.Min(Math.Min(rows.Count, top), Keep(rows.Count, Pages++));
        if (keep < rows.Count)
        {
            // An empty page has come half the way to the first row that matches.
            var next = rows[keep]!["RowKey"]!.GetValue<string>();
            var partition = PartitionOf().Match(filter).Groups["key"].Value;
            SetToken(response, partition, keep == 0 && !isContinued ? Halfway(First().Match(filter).Groups["key"].Value, next) : next);
            for (var i = rows.Count - 1; i >= keep; i--)
            {
                rows.RemoveAt(i);
            }
        }

        response.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return response;
    }

    private static void SetToken(HttpResponseMessage response, string partition, string row)
    {
        response.Headers.TryAddWithoutValidation("x-ms-continuation-NextPartitionKey", Encode(partition));
        response.Headers.TryAddWithoutValidation("x-ms-continuation-NextRowKey", Encode(row));
    }

    private static string Halfway(string first, string next)
    {
        // Prefix, 19 digits of reversed ticks, and a key.
        var start = next.LastIndexOf('_') - 19;
        var from = long.Parse(first.AsSpan(start, 19), CultureInfo.InvariantCulture);
        var to = long.Parse(next.AsSpan(start, 19), CultureInfo.InvariantCulture);
        return from >= to - 1 ? next : string.Create(CultureInfo.InvariantCulture, $"{next[..start]}{from + ((to - from) / 2):D19}_{new string('a', KeyLength)}");
    }

    private static string Encode(string text)
    {
        var packed = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('=', '-');
        return string.Create(CultureInfo.InvariantCulture, $"1!{packed.Length}!{packed}");
    }

    private static string Decode(string token) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(token[(token.LastIndexOf('!') + 1)..].Replace('-', '=')));

    [GeneratedRegex("RowKey ge '(?<key>[^']*)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex First();

    [GeneratedRegex("PartitionKey eq '(?<key>[^']*)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PartitionOf();
}
