using LoginAudit.Log.Events;
using Microsoft.OpenApi;

namespace LoginAudit.Generator.OpenApi;

/// <summary>What is said once, and one order for all of it.</summary>
internal static class DocumentRules
{
    /// <summary>The one security scheme.</summary>
    public const string Bearer = "bearer";

    public static void Apply(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "LoginAudit",
            Version = "1",
            Description = "The login audit log of a multi-tenant product. Fields without a value are left out of answers.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = null;
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key (`la_…`), or a JSON Web Token of a configured issuer. Each call names the role that it needs.",
        });

        foreach (var schema in document.Components!.Schemas!.Values)
        {
            Settle(schema);
            WithoutNull(schema);
        }

        DescribeEvent(document.Components.Schemas);

        var tags = document.Paths.SelectMany(path => path.Value.Operations!.Values).SelectMany(operation => operation.Tags!);
        document.Tags = new HashSet<OpenApiTag>(
            tags.Select(tag => tag.Name!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => new OpenApiTag { Name = name }));
        Sort(document);
    }

    /// <summary>Properties that are never null: an answer leaves out what has no value, and a query cannot say null.</summary>
    public static void RemoveNulls(IOpenApiSchema schema)
    {
        foreach (var (name, property) in schema.Properties!.ToList())
        {
            schema.Properties![name] = WithoutNull(property);
        }
    }

    /// <summary>As <see cref="LoginEventJson"/> writes it, whatever its properties are.</summary>
    private static void DescribeEvent(IDictionary<string, IOpenApiSchema> schemas)
    {
        const string key = "key", tenant = "tenant", rawDropped = "rawDropped";
        var schema = (OpenApiSchema)schemas[nameof(LoginEvent)];
        schemas.Remove(nameof(EventKey));
        schema.Properties = schema.Properties!.Where(property => property.Key != key)
            .ToDictionary(property => Written(property.Key), property => property.Value, StringComparer.Ordinal);
        schema.Required = schema.Required!.Where(name => name is not (key or rawDropped)).Select(Written).ToHashSet(StringComparer.Ordinal);

        static string Written(string name) => name == tenant ? "tenantId" : name;
    }

    /// <summary>
    /// What a body requires stands in its type; what an answer always has are the properties that cannot be null.
    /// </summary>
    private static void Settle(IOpenApiSchema schema)
    {
        foreach (var inner in (schema.Properties?.Values ?? []).Append(schema.Items).OfType<OpenApiSchema>())
        {
            Settle(inner);
        }

        if (schema is not OpenApiSchema { Properties: not null } type)
        {
            return;
        }

        if (type.AdditionalPropertiesAllowed)
        {
            type.Required = type.Properties!.Where(property => !TakesNull(property.Value)).Select(property => property.Key).ToHashSet(StringComparer.Ordinal);
            RemoveNulls(type);
        }
        else
        {
            foreach (var name in type.Required ?? new HashSet<string>(StringComparer.Ordinal))
            {
                type.Properties![name] = WithoutNull(type.Properties[name]);
            }
        }
    }

    private static bool TakesNull(IOpenApiSchema schema) =>
        schema.Type is null && schema is not OpenApiSchemaReference || schema.Type?.HasFlag(JsonSchemaType.Null) == true || IsNullOr(schema);

    private static IOpenApiSchema WithoutNull(IOpenApiSchema schema)
    {
        if (IsNullOr(schema))
        {
            return schema.OneOf!.Single(one => one.Type != JsonSchemaType.Null);
        }

        if (schema is OpenApiSchema { Type: { } type } own)
        {
            own.Type = type & ~JsonSchemaType.Null;
            own.Enum?.Remove(null!);
        }

        return schema;
    }

    private static bool IsNullOr(IOpenApiSchema schema) => schema.OneOf?.Any(one => one.Type == JsonSchemaType.Null) == true;

    /// <summary>Neither reflection nor the package's own sorting by the machine's culture gives the same order everywhere.</summary>
    private static void Sort(OpenApiDocument document)
    {
        var paths = new OpenApiPaths();
        foreach (var (path, item) in Sorted(document.Paths))
        {
            ((OpenApiPathItem)item).Operations = item.Operations!.OrderBy(operation => operation.Key.Method, StringComparer.Ordinal).ToDictionary();
            foreach (var operation in item.Operations!.Values)
            {
                var responses = new OpenApiResponses();
                Sorted(operation.Responses!).ForEach(response => responses.Add(response.Key, response.Value));
                operation.Responses = responses;
            }

            paths.Add(path, item);
        }

        document.Paths = paths;
        document.Components!.Schemas = Sorted(document.Components.Schemas!).ToDictionary(StringComparer.Ordinal);
        document.Components.Responses = Sorted(document.Components.Responses!).ToDictionary(StringComparer.Ordinal);
    }

    private static List<KeyValuePair<string, T>> Sorted<T>(IDictionary<string, T> pairs) =>
        [.. pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
}
