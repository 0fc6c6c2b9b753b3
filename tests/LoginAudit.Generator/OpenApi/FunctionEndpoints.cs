using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Generator.OpenApi;

/// <summary>The app's HTTP functions as endpoints. They say what they take and answer, and are never called.</summary>
internal static class FunctionEndpoints
{
    public static void MapFunctions(this WebApplication app)
    {
        foreach (var method in typeof(LoginAuditServices).Assembly.GetTypes().SelectMany(type => type.GetMethods()))
        {
            var trigger = method.GetParameters()
                .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
                .FirstOrDefault(attribute => attribute is not null);
            if (trigger is null)
            {
                continue;
            }

            var route = RoutePatternFactory.Parse("/" + trigger.Route);
            var inferred = RequestDelegateFactory.InferMetadata(method, new RequestDelegateFactoryOptions
            {
                ServiceProvider = app.Services,
                RouteParameterNames = route.Parameters.Select(parameter => parameter.Name),
            });
            app.MapMethods(route.RawText!, DocumentedMethods(trigger.Methods ?? []), _ => Task.CompletedTask)
                .WithMetadata([method, .. inferred.EndpointMetadata, .. method.GetCustomAttributes()]);
        }
    }

    /// <summary>
    /// Without HEAD where there is GET: HTTP defines the one by the other, so the document need not say it.
    /// </summary>
    public static IReadOnlyList<string> DocumentedMethods(IReadOnlyList<string> methods) =>
        methods.Contains("get", StringComparer.OrdinalIgnoreCase)
            ? [.. methods.Where(method => !method.Equals("head", StringComparison.OrdinalIgnoreCase))]
            : methods;
}
