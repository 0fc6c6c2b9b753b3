using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace LoginAudit.Http;

/// <summary>Hands the headers that the Functions host tells of on to the request that it forwards.</summary>
internal sealed class HostHeadersMiddleware : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http
            && context.BindingContext.BindingData.TryGetValue(HostHeaders.Name, out var headers) && headers is string json)
        {
            http.Features.Set(new HostHeaders(json));
        }

        return next(context);
    }
}
