using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Http;

/// <summary>Answers what no other function does: the preflights of browsers, and addresses that are none of the API's.</summary>
public sealed class NoSuchCallFunction(HttpGate gate)
{
    [Function("NoSuchCall")]
    [ExcludeFromDescription]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "{*path}")] HttpRequest request,
        CancellationToken cancellationToken) => gate.PreflightAsync(request, cancellationToken);
}
