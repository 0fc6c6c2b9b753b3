using LoginAudit.Auth;
using LoginAudit.Http;
using LoginAudit.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.Search;

/// <summary>Searches a tenant's log.</summary>
/// <remarks>
/// Several values of a condition, given one by one or with commas, are joined by OR; different conditions by AND. A search reads
/// under a time budget: a page with few events, or none, is not the end while <c>complete</c> is false.
/// </remarks>
public sealed class SearchFunction(RequestPipeline pipeline, EventSearch search, TimeProvider time)
{
    [Function("Search")]
    [NeedsRole(Role.Read)]
    [TakesQuery(typeof(SearchFields))]
    [ProducesResponseType<SearchPage>(StatusCodes.Status200OK)]
    [AnswersHeader(StatusCodes.Status200OK, "Link", "The next page, `rel=\"next\"`, where there is one.", Always = false)]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/tenants/{tenant}/events")] HttpRequest request,
        string tenant,
        CancellationToken cancellationToken) => pipeline.TenantCallAsync(
            request,
            tenant,
            Role.Read,
            AccessAction.Search,
            async (call, token) =>
            {
                var parameters = new SearchParameters(RequestQuery.Read(request));
                var query = parameters.Parse(call.Tenant, time.GetUtcNow()) with { TenantCreatedAt = call.Settings.CreatedAt };
                if (query.Explain)
                {
                    RequestPipeline.Require(call, Role.Operator);
                }

                call.Details = parameters.Settled(query);
                var page = await search.SearchAsync(query, token);
                if (page.NextCursor is { } cursor)
                {
                    var next = request.Query.Where(pair => pair.Key != "cursor").Append(new("cursor", cursor));
                    request.HttpContext.Response.Headers.Link = $"<{request.Path}{new QueryBuilder(next)}>; rel=\"next\"";
                }

                return ApiJson.Ok(page);
            },
            cancellationToken);
}
