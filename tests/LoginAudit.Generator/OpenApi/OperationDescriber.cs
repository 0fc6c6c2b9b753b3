using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoginAudit.Auth;
using LoginAudit.Log.Events;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.OpenApi;

namespace LoginAudit.Generator.OpenApi;

/// <summary>What a function class declares about its call, and what holds for every call.</summary>
internal sealed class OperationDescriber : IOpenApiOperationTransformer
{
    private const string RetryAfter = "Retry-After";

    private static readonly (int Status, string Description)[] OfEveryCall = [(500, "An error of ours. It is logged.")];

    private static readonly (int Status, string Description)[] OfCallsWithARole =
    [
        (400, "The request is invalid; `errors` names every fault."),
        (401, "The key is missing, wrong, expired or revoked."),
        (403, "The caller has not the role."),
        (404, "There is no such thing, or it is not the caller's."),
        (429, $"Too many calls. Send the same after `{RetryAfter}`."),
        (503, $"Storage did not do what was asked, or not in time. Send the same after `{RetryAfter}`."),
    ];

    private static readonly (int Status, string Description)[] OfCallsWithABody =
    [
        (413, "The body is too large, or holds too much."),
        (415, "The body is packed in another way than gzip."),
    ];

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var call = context.Description.ActionDescriptor.EndpointMetadata;
        var function = call.OfType<MethodInfo>().Last().DeclaringType!;
        var methods = call.OfType<IHttpMethodMetadata>().Last().HttpMethods;
        var name = JsonNamingPolicy.CamelCase.ConvertName(call.OfType<FunctionAttribute>().Single().Name);
        operation.OperationId = methods.Count == 1 ? name : name + CultureInfo.InvariantCulture.TextInfo.ToTitleCase(context.Description.HttpMethod!.ToLowerInvariant());
        operation.Summary = XmlDocs.Summary(function)?.TrimEnd('.');
        operation.Description = XmlDocs.Remarks(function);
        operation.Tags = new HashSet<OpenApiTagReference> { new(function.Namespace!.Split('.')[^1], context.Document) };

        DescribePath(operation);
        await DescribeQueryAsync(operation, context, cancellationToken);
        await DescribeBodyAsync(operation, context, cancellationToken);
        DescribeHeaders(operation, call);
        var role = call.OfType<NeedsRoleAttribute>().SingleOrDefault()?.Role;
        if (role is { } needed)
        {
            operation.Description = $"Needs the role `{Code<Role>.Text(needed)}`. {operation.Description}".TrimEnd();
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(DocumentRules.Bearer, context.Document)] = [Code<Role>.Text(needed)] },
            ];
        }

        await DescribeProblemsAsync(operation, context, role is not null, cancellationToken);
    }

    private static void DescribePath(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(parameter => parameter.Name == "tenant") ?? [])
        {
            parameter.Description = $"The tenant: {TenantId.Takes}.";
            parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = $"^{TenantId.Shape}$" };
        }
    }

    private static async Task DescribeQueryAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var query in context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesQueryAttribute>())
        {
            var fields = await context.GetOrCreateSchemaAsync(query.Type, cancellationToken: cancellationToken);
            DocumentRules.RemoveNulls(fields);
            foreach (var (name, schema) in fields.Properties!)
            {
                var description = schema.Description;
                schema.Description = null;
                Add(operation, new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = schema });
            }
        }
    }

    private static async Task DescribeBodyAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var body in context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesBodyAttribute>())
        {
            IOpenApiSchema one = await context.GetOrCreateSchemaAsync(body.Type, cancellationToken: cancellationToken);
            if (one is OpenApiSchema { Properties: not null } closed)
            {
                closed.AdditionalPropertiesAllowed = false;
                context.Document!.AddComponent(body.Type.Name, closed);
                one = new OpenApiSchemaReference(body.Type.Name, context.Document);
            }

            IOpenApiSchema content = body switch
            {
                { ContentType: "application/x-ndjson" } => new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = $"One `{body.Type.Name}` on each line.",
                },
                { OrArray: true } => new OpenApiSchema { OneOf = [one, new OpenApiSchema { Type = JsonSchemaType.Array, Items = one }] },
                _ => one,
            };
            operation.RequestBody ??= new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) };
            operation.RequestBody.Content![body.ContentType] = new OpenApiMediaType { Schema = content };
        }

        if (operation.RequestBody is not null)
        {
            Add(operation, new OpenApiParameter
            {
                Name = "Content-Encoding",
                In = ParameterLocation.Header,
                Description = "How the body is packed.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [JsonValue.Create("gzip"), JsonValue.Create("identity")] },
            });
        }
    }

    private static void DescribeHeaders(OpenApiOperation operation, IList<object> call)
    {
        foreach (var header in call.OfType<TakesHeaderAttribute>())
        {
            Add(operation, new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = header.MaxLength > 0 ? header.MaxLength : null },
            });
        }

        foreach (var header in call.OfType<AnswersHeaderAttribute>())
        {
            AddHeader(operation.Responses![Status(header.Status)], header.Name, header.Description, header.Always, JsonSchemaType.String);
        }
    }

    private static async Task DescribeProblemsAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, bool hasRole, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        document.AddComponent(nameof(Problem), await context.GetOrCreateSchemaAsync(typeof(Problem), cancellationToken: cancellationToken));
        foreach (var (status, own) in operation.Responses!.Where(response => response.Key[0] is '4' or '5').ToList())
        {
            operation.Responses![status] = ProblemResponse(document, status, own.Description!);
        }

        foreach (var (status, description) in OfEveryCall.Concat(hasRole ? OfCallsWithARole : []).Concat(operation.RequestBody is not null ? OfCallsWithABody : []))
        {
            var name = ReasonPhrases.GetReasonPhrase(status).Replace(" ", "", StringComparison.Ordinal);
            document.AddComponent(name, ProblemResponse(document, Status(status), description));
            operation.Responses!.TryAdd(Status(status), new OpenApiResponseReference(name, document));
        }
    }

    private static OpenApiResponse ProblemResponse(OpenApiDocument document, string status, string description)
    {
        var response = new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(nameof(Problem), document) },
            },
        };
        if (status == "401")
        {
            AddHeader(response, "WWW-Authenticate", "`Bearer`", always: true, JsonSchemaType.String);
        }
        else if (status is "429" or "503")
        {
            AddHeader(response, RetryAfter, "Seconds after which the same request may succeed.", always: true, JsonSchemaType.Integer);
        }

        return response;
    }

    private static void Add(OpenApiOperation operation, OpenApiParameter parameter) => (operation.Parameters ??= []).Add(parameter);

    private static void AddHeader(IOpenApiResponse response, string name, string description, bool always, JsonSchemaType type) =>
        (((OpenApiResponse)response).Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal))[name] =
            new OpenApiHeader { Description = description, Required = always, Schema = new OpenApiSchema { Type = type } };

    private static string Status(int status) => status.ToString(CultureInfo.InvariantCulture);
}
