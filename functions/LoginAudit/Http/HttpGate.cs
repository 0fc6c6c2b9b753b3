using LoginAudit.Access;
using LoginAudit.Events;
using LoginAudit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Http;

/// <summary>
/// What every call passes through: who calls, may they, and, if it fails, the problem that they are told. The one place
/// that makes problem details.
/// </summary>
public sealed partial class HttpGate(Authenticator authenticator, TenantStore tenants, ILogger<HttpGate> logger)
{
    private const int RetryAfterSeconds = 5;

    /// <summary>A call within one tenant. A tenant that the caller does not belong to is as if it were not there.</summary>
    public Task<IResult> TenantCallAsync(
        HttpRequest request,
        string tenant,
        Role role,
        Func<Caller, TenantId, CancellationToken, Task<IResult>> call,
        CancellationToken cancellationToken) => AnswerAsync(
            request,
            async token =>
            {
                var caller = await AuthenticateAsync(request, token);
                var id = ParseTenant(tenant);
                if (!(caller.IsOperator || caller.Belongs(id)) || !await ExistsAsync(id, caller, token))
                {
                    throw ProblemException.NotFound("tenant");
                }

                Require(caller, role);
                return await call(caller, id, token);
            },
            cancellationToken);

    /// <summary>A call of the operator about a tenant that may not be there yet.</summary>
    public Task<IResult> OperatorCallAsync(
        HttpRequest request, string tenant, Func<TenantId, CancellationToken, Task<IResult>> call, CancellationToken cancellationToken) =>
        AnswerAsync(
            request,
            async token =>
            {
                var caller = await AuthenticateAsync(request, token);
                var id = ParseTenant(tenant);
                if (!caller.IsOperator && !caller.Belongs(id))
                {
                    throw ProblemException.NotFound("tenant");
                }

                Require(caller, Role.Operator);
                return await call(id, token);
            },
            cancellationToken);

    /// <summary>A call that anyone may make.</summary>
    public async Task<IResult> AnswerAsync(
        HttpRequest request, Func<CancellationToken, Task<IResult>> call, CancellationToken cancellationToken)
    {
        var headers = request.HttpContext.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        try
        {
            return await call(cancellationToken);
        }
        catch (ProblemException e)
        {
            return Problem(request, e);
        }
        catch (BadHttpRequestException e)
        {
            var code = e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProblemCodes.BodyTooLarge : ProblemCodes.InvalidRequest;
            return Problem(request, new ProblemException(e.StatusCode, code, "The request could not be read."));
        }
        catch (Exception e) when (e.IsStorageFailure())
        {
            Log.StorageFailed(logger, e);
            return Problem(request, new ProblemException(
                503, ProblemCodes.StorageUnavailable, "Storage did not answer as it should. Send the request again.")
            {
                RetryAfter = RetryAfterSeconds,
            });
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, e);
            return Problem(request, new ProblemException(500, ProblemCodes.Internal, "An error of ours. It is logged."));
        }
    }

    private async Task<Caller> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await authenticator.FindAsync(request.Headers.Authorization.ToString(), cancellationToken)
        ?? throw new ProblemException(401, ProblemCodes.Unauthenticated, "The call needs a valid API key or token: Authorization: Bearer …");

    /// <summary>A tenant's API key was found in the tenant's own rows; an operator or a token may name any tenant.</summary>
    private async Task<bool> ExistsAsync(TenantId tenant, Caller caller, CancellationToken cancellationToken) =>
        (caller.Kind == CallerKind.Key && !caller.IsOperator) || await tenants.FindAsync(tenant, cancellationToken) is not null;

    private static TenantId ParseTenant(string text) => TenantId.TryParse(text, out var id)
        ? id
        : throw ProblemException.Invalid([Fault.Of(FaultCodes.InvalidValue, "tenant", text, TenantId.Takes)]);

    private static void Require(Caller caller, Role role)
    {
        if (!caller.Has(role))
        {
            throw new ProblemException(403, ProblemCodes.Forbidden, $"The call needs the role {Code<Role>.Text(role)}.");
        }
    }

    private static IResult Problem(HttpRequest request, ProblemException problem)
    {
        var headers = request.HttpContext.Response.Headers;
        if (problem.RetryAfter is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (problem.Status == 401)
        {
            headers.WWWAuthenticate = "Bearer";
        }

        var details = new ProblemDetails { Status = problem.Status, Title = problem.Message };
        details.Extensions["code"] = problem.Code;
        if (problem.Errors.Count > 0)
        {
            details.Extensions["errors"] = problem.Errors;
        }

        return Results.Json(details, ApiJson.Options, "application/problem+json", problem.Status);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Storage failed.")]
        public static partial void StorageFailed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "A call failed.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
