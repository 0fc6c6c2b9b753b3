using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using LoginAudit.Log.Events;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace LoginAudit.Generator.OpenApi;

/// <summary>Says what reflection over a type cannot: how values become text, and which texts a property takes.</summary>
internal sealed class SchemaDescriber : IOpenApiSchemaTransformer
{
    public async Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(TenantId))
        {
            BecomeText(schema, pattern: $"^{TenantId.Shape}$");
        }
        else if (type == typeof(LoginAudit.Log.Events.EventId))
        {
            BecomeText(schema, pattern: "^[0-9a-f]{18}[a-z2-7]{26}$");
        }
        else if (type == typeof(IPAddress))
        {
            BecomeText(schema);
            if (context.JsonPropertyInfo?.IsSetNullable == true)
            {
                schema.Type |= JsonSchemaType.Null;
            }

            schema.AnyOf = [new OpenApiSchema { Type = JsonSchemaType.String, Format = "ipv4" }, new OpenApiSchema { Type = JsonSchemaType.String, Format = "ipv6" }];
        }
        else if (type == typeof(ReadOnlyMemory<byte>))
        {
            schema.Type = null;
        }
        else if (type.IsEnum)
        {
            schema.Type = schema.Enum?.Contains(null!) == true ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        }

        if (context.JsonPropertyInfo?.AttributeProvider is PropertyInfo property)
        {
            schema.Description = XmlDocs.Summary(property);
            await DescribePropertyAsync(schema, property, context, cancellationToken);
        }
        else
        {
            schema.Description = XmlDocs.Summary(type);
        }
    }

    /// <summary>The name under which a schema is told once; none for what is told in its place.</summary>
    public static string? NameOf(JsonTypeInfo type) => (Nullable.GetUnderlyingType(type.Type) ?? type.Type) == typeof(ReadOnlyMemory<byte>)
        ? null
        : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    private static void BecomeText(OpenApiSchema schema, string? pattern = null)
    {
        schema.Type = JsonSchemaType.String;
        schema.Properties = null;
        schema.Required = null;
        schema.Pattern = pattern;
    }

    private static async Task DescribePropertyAsync(
        OpenApiSchema schema, PropertyInfo property, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (property.GetCustomAttribute<CodesAttribute>() is { } codes)
        {
            var each = schema.Items as OpenApiSchema ?? schema;
            each.Enum = [.. Codes(codes).Select(code => JsonValue.Create(code)), .. NullIf(each)];
            if (codes.Excludable)
            {
                var name = codes.Type.Name + "Condition";
                context.Document!.AddComponent(name, each);
                schema.Items = new OpenApiSchemaReference(name, context.Document);
            }
        }

        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
        {
            schema.Enum = [.. allowed.Values.Select(value => JsonSerializer.SerializeToNode(value)!), .. NullIf(schema)];
        }

        if (property.GetCustomAttribute<ShapeOfAttribute>() is { } shape)
        {
            var fields = await context.GetOrCreateSchemaAsync(shape.Type, cancellationToken: cancellationToken);
            DocumentRules.RemoveNulls(fields);
            schema.Properties = fields.Properties!.ToDictionary(field => field.Key, field => OneOrMore(field.Value), StringComparer.Ordinal);
            schema.AdditionalProperties = null;
            schema.AdditionalPropertiesAllowed = false;
        }
    }

    private static IEnumerable<string> Codes(CodesAttribute codes)
    {
        var all = codes.Type.IsEnum
            ? Enum.GetNames(codes.Type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)
            : codes.Type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        var taken = all.Where(code => code != codes.Except).ToList();
        return codes.Excludable ? taken.Concat(taken.Select(code => "!" + code)) : taken;
    }

    private static JsonNode[] NullIf(OpenApiSchema schema) => schema.Type?.HasFlag(JsonSchemaType.Null) == true ? [null!] : [];

    private static IOpenApiSchema OneOrMore(IOpenApiSchema field)
    {
        if (field is not OpenApiSchema { Items: { } item } list)
        {
            return field;
        }

        var either = new OpenApiSchema { AnyOf = [item, list], Description = list.Description };
        list.Description = null;
        return either;
    }
}
