using LoginAudit.LocalHost.Old;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace LoginAudit.LocalHost.OpenApi;

/// <summary>
/// The API's OpenAPI document, made from LocalHost's endpoints. The app carries it as a file, as the Functions worker has no
/// routing to make it from.
/// </summary>
internal static class ApiDocument
{
    private const string Name = "v1";

    /// <summary>Where the app's project embeds it from.</summary>
    public static string File { get; } = Path.Combine(Repository.Root, "functions", "LoginAudit", "OpenApi", "openapi.v1.json");

    /// <summary>Writes it to <see cref="File"/>.</summary>
    public static async Task WriteAsync() => await System.IO.File.WriteAllTextAsync(File, await GenerateAsync());

    /// <summary>The same text on every machine: nothing in it depends on where or when it is made.</summary>
    public static async Task<string> GenerateAsync()
    {
        // It is never started, and the emulator's address stands for any account.
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["AuditStorage"] = "UseDevelopmentStorage=true" };
        await using var app = LocalApp.Build(0, settings, services => services
            .Configure<JsonOptions>(Write)
            .AddOpenApi(Name, options =>
            {
                options.CreateSchemaReferenceId = SchemaDescriber.NameOf;
                options.AddSchemaTransformer<SchemaDescriber>();
                options.AddOperationTransformer<OperationDescriber>();
            }));
        app.UseEndpoints(_ => { });
        var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync();
        DocumentRules.Apply(document);
        var text = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
        return text.ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>As <see cref="Http.ApiJson"/> writes, without the converters whose types would be opaque to a schema.</summary>
    private static void Write(JsonOptions options)
    {
        options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
    }
}
