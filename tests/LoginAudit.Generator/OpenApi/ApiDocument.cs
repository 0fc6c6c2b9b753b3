using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace LoginAudit.Generator.OpenApi;

/// <summary>
/// The API's OpenAPI document, made from the function classes and their attributes. The app carries it as a file: the
/// Functions worker has no ASP.NET Core routing to make it from.
/// </summary>
internal static class ApiDocument
{
    private const string Name = "v1";

    public static async Task<string> GenerateAsync()
    {
        // Never started: the OpenAPI package reads its endpoints, and nothing else of it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        builder.Services.Configure<JsonOptions>(WriteAsTheApp);
        builder.Services.AddOpenApi(Name, options =>
        {
            options.CreateSchemaReferenceId = SchemaDescriber.NameOf;
            options.AddSchemaTransformer<SchemaDescriber>();
            options.AddOperationTransformer<OperationDescriber>();
        });
        await using var app = builder.Build();
        app.UseRouting();
        app.MapFunctions();
        app.UseEndpoints(_ => { });

        var provider = app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        var document = await provider.GetOpenApiDocumentAsync();
        DocumentRules.Apply(document);
        var text = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
        return text.ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>
    /// As <see cref="Http.ApiJson"/> writes, but without the converters whose types would be opaque to a schema.
    /// </summary>
    private static void WriteAsTheApp(JsonOptions options)
    {
        options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        options.SerializerOptions.Converters.Add(
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }
}
