using LoginAudit.InProcess;
using LoginAudit.LocalHost;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Tests.Hosting;

/// <summary>The Functions host's routing, and that it reaches every function of the app.</summary>
public sealed class FunctionRouterTests
{
    private static readonly List<FunctionRoute> App =
    [
        .. Functions.With<HttpTriggerAttribute>()
            .Select(function => new FunctionRoute(function.Name, function.Trigger.Route!, function.Trigger.Methods!)),
    ];

    [Fact]
    public void App_EveryPairOfFunctions_NoEarlierOneTakesCallsOfALaterOne()
    {
        Assert.True(App.Count > 25);
        Assert.Empty(Shadows(App));
    }

    [Fact]
    public void App_EveryFunction_GetsItsOwnCalls()
    {
        var router = new FunctionRouter(App);

        foreach (var function in App)
        {
            foreach (var (method, path) in SamplesOf(function))
            {
                Assert.True(router.TryMatch(method, path, out var found, out _), $"{method} {path}");
                Assert.Equal(function.Name, found.Name);
            }
        }
    }

    /// <summary>As it was once named.</summary>
    [Fact]
    public void Shadows_CatchAllThatSortsInTheMiddle_AreFound()
    {
        var functions = App.Select(function => function.Name == "ZNoSuchEndpoint" ? function with { Name = "NoSuchCall" } : function);

        var shadowed = Shadows(functions).Select(shadow => shadow.Split(' ')[^1]).Distinct(StringComparer.Ordinal);

        Assert.Equal(
            [
                "OpenApi", "PermitWebhook", "Portal", "PutTenant", "Ready", "RequestExport", "RevokeKey", "RotateKey",
                "RotateSource", "Search", "Summary", "Webhook",
            ],
            shadowed);
    }

    [Fact]
    public void App_FunctionsWithGet_TakeHeadToo()
    {
        var gets = App.Where(function => function.Methods.Contains("get", StringComparer.OrdinalIgnoreCase)).ToList();

        Assert.True(gets.Count > 10);
        Assert.All(gets, function => Assert.Contains("head", function.Methods, StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("GET", "/a/b", "Any")] // Any sorts before Literal
    [InlineData("POST", "/a/b", "literal")]
    [InlineData("post", "/A/B/", "literal")] // neither case nor a slash at the end counts
    [InlineData("POST", "/n/12", "Number")]
    [InlineData("POST", "/n/x", "Other")] // no number
    [InlineData("POST", "/n", "Other")]
    [InlineData("POST", "/o", "Optional")]
    [InlineData("POST", "/o/7", "Optional")]
    [InlineData("POST", "/o/x", "Other")]
    [InlineData("DELETE", "/a/b", "Other")]
    [InlineData("GET", "/", "Any")]
    public void TryMatch_FirstInOrderOfNames_Wins(string method, string path, string expected)
    {
        var router = new FunctionRouter(
        [
            new("Other", "{*rest}", []),
            new("Optional", "o/{id:int?}", ["post"]),
            new("Number", "n/{id:int}", ["post"]),
            new("literal", "a/b", ["get", "POST"]),
            new("Any", "{*rest}", ["get"]),
        ]);

        Assert.True(router.TryMatch(method, path, out var function, out _));
        Assert.Equal(expected, function.Name);
        Assert.Equal(["Any", "literal", "Number", "Optional", "Other"], router.Functions.Select(f => f.Name));
    }

    [Fact]
    public void TryMatch_RouteValues_AreThoseOfTheMatch()
    {
        var router = new FunctionRouter(
            [new("Get", "v1/{tenant}/events/{id}", ["get"]), new("Any", "v1/{other}/events/{id}", ["post"]), new("Files", "f/{*path}", ["get"])]);

        Assert.True(router.TryMatch("GET", "/v1/acme/events/a b", out _, out var values));
        Assert.Equal(["acme", "a b"], [values["tenant"], values["id"]]);
        Assert.Equal(2, values.Count);
        Assert.True(router.TryMatch("GET", "/f/a/b.js", out _, out values));
        Assert.Equal("a/b.js", values["path"]);
        Assert.False(router.TryMatch("PUT", "/v1/acme/events/1", out var none, out values));
        Assert.Null(none);
        Assert.Empty(values);
    }

    /// <summary>For every pair in the host's order: what the earlier one takes of the calls that the later one is for.</summary>
    private static List<string> Shadows(IEnumerable<FunctionRoute> functions)
    {
        var ordered = new FunctionRouter(functions).Functions.ToList();
        return
        [
            .. from later in Enumerable.Range(0, ordered.Count)
               from earlier in Enumerable.Range(0, later)
               let alone = new FunctionRouter([ordered[earlier]])
               from sample in SamplesOf(ordered[later])
               where alone.TryMatch(sample.Method, sample.Path, out _, out _)
               select $"{ordered[earlier].Name} takes {sample.Method} {sample.Path} of {ordered[later].Name}",
        ];
    }

    /// <summary>Paths of the route, by each of its methods; a value stands in for each parameter.</summary>
    private static IEnumerable<(string Method, string Path)> SamplesOf(FunctionRoute function)
    {
        var path = "";
        string[] ends = [""];
        foreach (var part in TemplateParser.Parse(function.Route).Segments.Select(segment => segment.Parts.Single()))
        {
            if (part.IsCatchAll)
            {
                ends = ["", "/", "/one", "/one/two.js"];
            }
            else
            {
                path += "/" + (part.IsParameter ? "x-" + part.Name : part.Text);
            }
        }

        return from method in function.Methods
               from end in ends
               let sample = path + end
               select (method.ToUpperInvariant(), sample.Length == 0 ? "/" : sample);
    }
}
