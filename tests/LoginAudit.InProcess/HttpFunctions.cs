using System.Reflection;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.InProcess;

internal static class HttpFunctions
{
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
