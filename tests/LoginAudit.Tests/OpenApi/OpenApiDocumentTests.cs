using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LoginAudit.Http;
using LoginAudit.Ingest;
using LoginAudit.InProcess;
using LoginAudit.Log.Events;
using LoginAudit.OpenApi;
using LoginAudit.Search;
using LoginAudit.Tests.Architecture;
using LoginAudit.Tests.EndToEnd;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.OpenApi;

namespace LoginAudit.Tests.OpenApi;

/// <summary>The document is whole, valid, and what the code says.</summary>
public sealed partial class OpenApiDocumentTests(BadInputApp shared) : IClassFixture<BadInputApp>
{
    private static readonly string Text = Repository.Read("functions/LoginAudit/OpenApi/openapi.v1.json");

    private static readonly JsonElement Document = JsonElement.Parse(Text);

    /// <summary>All but what answers any path that no other function has.</summary>
    private static readonly IReadOnlyList<Function<HttpTriggerAttribute>> Told =
    [
        .. Functions.With<HttpTriggerAttribute>().Where(function =>
            !function.Method.IsDefined(typeof(ExcludeFromDescriptionAttribute)) || !function.Trigger.Route!.Contains("{*", StringComparison.Ordinal)),
    ];

    [Fact]
    public async Task File_ReadBack_IsValidOpenApi31()
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(Text));

        var (document, diagnostic) = await OpenApiDocument.LoadAsync(file, "json");

        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, diagnostic!.SpecificationVersion);
        Assert.Empty(diagnostic.Errors);
        Assert.Empty(diagnostic.Warnings);
        Assert.Null(document!.Servers?.FirstOrDefault(server => server.Url != "/"));
    }

    [Fact]
    public void Paths_AreTheFunctionsThatAreNotLeftOut()
    {
        var routes = Told.SelectMany(function => function.Trigger.Methods!
            .Where(method => method != "head" || !function.Trigger.Methods!.Contains("get"))
            .Select(method => $"{method.ToUpperInvariant()} {PathOf(function.Trigger.Route!)}"));

        Assert.Equal(routes.Order(StringComparer.Ordinal), ApiOperation.AllOf(Document).Select(o => o.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Functions_EachSayWhatTheyAnswerAndWhoMayCall()
    {
        var silent = Told.Where(function => !function.Method.GetCustomAttributes<ProducesResponseTypeAttribute>().Any(answer => answer.StatusCode < 400));
        var vague = Told.Where(function => function.Method.IsDefined(typeof(NeedsRoleAttribute)) == function.Method.IsDefined(typeof(AllowAnonymousAttribute)));

        Assert.True(!silent.Any(), $"No [ProducesResponseType] for what succeeds: {Names(silent)}. Or is it to be left out ([ExcludeFromDescription])?");
        Assert.True(!vague.Any(), $"Either [NeedsRole(…)] or [AllowAnonymous]: {Names(vague)}");

        static string Names(IEnumerable<Function<HttpTriggerAttribute>> functions) => string.Join(", ", functions.Select(function => function.Name));
    }

    [Fact]
    public void Operations_HaveTheirOwnIdsAndWords()
    {
        var operations = ApiOperation.AllOf(Document);

        Assert.Equal(operations.Count, operations.Select(operation => operation.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(operations, operation => Assert.True(operation.Json.TryGetProperty("summary", out _), $"{operation} has no summary: document its class."));
    }

    [Fact]
    public void Components_AreAllReferredTo()
    {
        var references = Reference().Matches(Document.GetRawText()).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var components = new[] { "schemas", "responses" }.SelectMany(kind => Document.GetProperty("components").GetProperty(kind).EnumerateObject());

        Assert.Empty(components.Select(component => component.Name).Except(references, StringComparer.Ordinal));
    }

    [Fact]
    public void SearchParameters_Told_AreThoseThatAreTaken()
    {
        var told = ApiOperation.AllOf(Document).Single(operation => operation.Id == "search").Json.GetProperty("parameters").EnumerateArray()
            .Where(parameter => parameter.GetProperty("in").GetString() == "query").Select(parameter => parameter.GetProperty("name").GetString()!);
        var given = new Dictionary<string, string[]>(StringComparer.Ordinal) { ["?"] = [""] };
        var refused = Assert.Throws<ProblemException>(() => new SearchParameters(given).Parse(TenantId.Parse("acme"), default));

        Assert.Equal(TakenBy(refused.Errors.OfType<Fault>()), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NativeEvent_Told_AreTheFieldsThatAreTaken()
    {
        var faults = Parse("""{"?":1}""");

        Assert.Equal(TakenBy(faults), EventFields().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            faults.Where(fault => fault.Code == FaultCodes.Missing).Select(fault => fault.Field).Order(StringComparer.Ordinal),
            Schema("NativeEvent").GetProperty("required").EnumerateArray().Select(name => name.GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NativeEvent_LengthsTold_AreThoseThatAreTaken()
    {
        foreach (var field in EventFields().Where(field => field.Value.TryGetProperty("maxLength", out _)))
        {
            var length = field.Value.GetProperty("maxLength").GetInt32();

            Assert.DoesNotContain(ParseField(field.Name, new string('a', length)), fault => fault.Field == field.Name);
            Assert.Contains(ParseField(field.Name, new string('a', length + 1)), fault => (fault.Field, fault.Code) == (field.Name, FaultCodes.TooLong));
        }
    }

    [Fact]
    public void NativeEvent_NullsTold_AreThoseThatAreTaken()
    {
        foreach (var field in EventFields().Where(field => field.Value.TryGetProperty("type", out _)))
        {
            var takesNull = field.Value.GetProperty("type") is { ValueKind: JsonValueKind.Array } types
                && types.EnumerateArray().Any(type => type.GetString() == "null");

            Assert.Equal(takesNull, !ParseField(field.Name, null).Exists(fault => fault.Field == field.Name));
        }
    }

    [Fact]
    public async Task Document_Served_IsTheFileAndKeepsItsTag()
    {
        using var first = await shared.App.Client.GetAsync("/openapi/v1.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await shared.App.Client.SendAsync(request);

        Assert.Equal(Text, await first.Content.ReadAsStringAsync());
        Assert.Equal("application/json", first.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", first.Headers.CacheControl!.ToString());
        Assert.False(first.Headers.ETag!.IsWeak);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    private static JsonElement Schema(string name) => Document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private static IEnumerable<JsonProperty> EventFields() => Schema("NativeEvent").GetProperty("properties").EnumerateObject();

    private static List<Fault> ParseField(string name, string? value) =>
        Parse(JsonSerializer.Serialize(new Dictionary<string, string?>(StringComparer.Ordinal) { [name] = value }));

    private static List<Fault> Parse(string json)
    {
        var faults = new List<Fault>();
        NativeEventParser.Parse(JsonElement.Parse(json), TenantId.Parse("acme"), DateTimeOffset.UnixEpoch, TimeSpan.FromDays(1), faults);
        return faults;
    }

    /// <summary>What the fault of an unknown name says that there is.</summary>
    private static IEnumerable<string> TakenBy(IEnumerable<Fault> faults) => faults
        .Single(fault => fault.Field == "?").Detail.Split("takes only ")[1].Split(", ").Order(StringComparer.Ordinal);

    private static string PathOf(string route) => RoutePatternFactory.Parse(route).PathSegments
        .Aggregate("", (path, segment) => $"{path}/{string.Concat(segment.Parts.Select(PartOf))}");

    private static string PartOf(RoutePatternPart part) => part switch
    {
        RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
        RoutePatternLiteralPart literal => literal.Content,
        _ => ((RoutePatternSeparatorPart)part).Content,
    };

    [GeneratedRegex("#/components/(schemas|responses)/(?<name>[A-Za-z]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}
