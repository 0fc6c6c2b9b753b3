using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Auth;

/// <summary>Answers what no other function does: preflights of browsers, and unknown addresses.</summary>
/// <remarks>
/// The Functions host tries routes in the order of the functions' names, and the first match wins. So the name of a
/// catch-all must sort last. https://github.com/Azure/azure-functions-host/issues/3153
/// </remarks>
public sealed class ZNoSuchEndpointFunction(RequestPipeline pipeline)
{
    [Function("ZNoSuchEndpoint")]
    [ExcludeFromDescription]
    public Task<IResult> RunAsync(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "{*path}")]
        HttpRequest request,
        CancellationToken cancellationToken) => pipeline.PreflightAsync(request, cancellationToken);
}
