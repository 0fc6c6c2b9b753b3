using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.EmptyApp;

/// <summary>An HTTP function that does nothing: the floor of what a worker's start and an answer cost.</summary>
public sealed class EmptyFunction
{
    [Function("Empty")]
    public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "empty")] HttpRequest request) => Results.Ok();
}
