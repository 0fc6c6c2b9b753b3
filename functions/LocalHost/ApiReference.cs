using Scalar.AspNetCore;

namespace LoginAudit.LocalHost;

internal static class ApiReference
{
    public const string Path = "/reference";

    /// <summary>A page to read the API's document and to try its calls. It comes from LocalHost alone, and asks no other host.</summary>
    public static void MapApiReference(this WebApplication app) => app
        .MapScalarApiReference(Path, options => options
            .WithTitle("LoginAudit API")
            .AddDocument("v1", routePattern: "/openapi/{documentName}.json")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideClientButton()
            .HideDeveloperTools())
        .Add(AllowNoOtherHost);

    /// <summary>The page's script knows addresses of its maker's services: a key typed into the page must not leave it.</summary>
    private static void AllowNoOtherHost(EndpointBuilder endpoint)
    {
        var answer = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:";
            return answer(context);
        };
    }
}
