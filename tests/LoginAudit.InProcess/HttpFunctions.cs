using System.Reflection;
using LoginAudit.LocalHost;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.InProcess;

internal static class HttpFunctions
{
    /// <summary>Chooses the endpoint of the function that LocalHost's router finds, or none.</summary>
    public static void UseFunctionRouter(this WebApplication app)
    {
        var router = new FunctionRouter(Functions.With<HttpTriggerAttribute>().Select(function =>
            new FunctionRoute(function.Name, function.Trigger.Route!, function.Trigger.Methods ?? [])));
        var endpoints = new Lazy<Dictionary<string, Endpoint>>(() => app.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .ToDictionary(endpoint => endpoint.DisplayName!, StringComparer.Ordinal));
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            var isFound = router.TryMatch(context.Request.Method, context.Request.Path, out var function, out var values);
            context.SetEndpoint(isFound ? endpoints.Value[function!.Name] : null);
            context.Request.RouteValues = values;
            return next(context);
        });
    }

    /// <summary>Maps every HTTP function to its route and methods, bound by ASP.NET Core's own binder.</summary>
    /// <param name="app">Gets them as endpoints.</param>
    /// <param name="functions">Where they are; without it, LoginAudit's.</param>
    public static void MapFunctions(this WebApplication app, Assembly? functions = null)
    {
        foreach (var function in Functions.With<HttpTriggerAttribute>(functions))
        {
            var pattern = RoutePatternFactory.Parse("/" + function.Trigger.Route);
            var factory = ActivatorUtilities.CreateFactory(function.Method.DeclaringType!, []);
            var handler = RequestDelegateFactory.Create(
                function.Method,
                context => factory(context.RequestServices, []),
                new RequestDelegateFactoryOptions
                {
                    ServiceProvider = app.Services,
                    RouteParameterNames = pattern.Parameters.Select(parameter => parameter.Name),
                    ThrowOnBadRequest = false,
                });
            app.MapMethods(pattern.RawText!, function.Trigger.Methods ?? [], handler.RequestDelegate)
                .WithDisplayName(function.Name)
                .WithMetadata([function.Method, .. handler.EndpointMetadata, .. function.Method.GetCustomAttributes()]);
        }
    }
}
