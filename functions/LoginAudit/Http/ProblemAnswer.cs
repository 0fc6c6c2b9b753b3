using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace LoginAudit.Http;

/// <summary>A problem as RFC 9457 problem details; the one place that makes them.</summary>
internal static class ProblemAnswer
{
    public static IResult Of(HttpRequest request, ProblemException problem)
    {
        var headers = request.HttpContext.Response.Headers;
        if (problem.RetryAfter is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (problem.Status == 401)
        {
            headers.WWWAuthenticate = "Bearer";
        }

        var details = new ProblemDetails { Status = problem.Status, Title = problem.Message };
        if (problem.Status == StatusCodes.Status429TooManyRequests)
        {
            details.Type = "https://tools.ietf.org/html/rfc6585#section-4"; // the one that ASP.NET Core does not fill in
        }

        details.Extensions["code"] = problem.Code;
        if (problem.Errors.Count > 0)
        {
            details.Extensions["errors"] = problem.Errors;
        }

        return Results.Json(details, ApiJson.Options, "application/problem+json", problem.Status);
    }
}
