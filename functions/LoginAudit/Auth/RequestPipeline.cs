using System.Globalization;
using System.Text.Json;
using LoginAudit.Http;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoginAudit.Auth;

/// <summary>
/// What every call passes through: its limit, who calls, may they, the access trail, and, if it fails, the problem that they
/// are told.
/// </summary>
public sealed partial class RequestPipeline(
    Authenticator authenticator,
    CallLimits limits,
    TenantStore tenants,
    AccessTrail trail,
    BackgroundWrites writes,
    AuditMeter meter,
    IOptions<AccessOptions> options,
    TimeProvider time,
    ILogger<RequestPipeline> logger)
{
    private const string Scheme = "Bearer ";
    private const int RetryAfterSeconds = 5;
    private const int MaxTrailText = 256;

    /// <summary>As web servers log a call whose caller went away before its answer.</summary>
    private const int ClientClosedRequest = 499;

    /// <summary>A call within one tenant. A tenant that the caller does not belong to is as if it were not there.</summary>
    /// <param name="request">The call.</param>
    /// <param name="tenant">The tenant, as the address has it.</param>
    /// <param name="role">What the caller must be allowed.</param>
    /// <param name="action">How the access trail names it; null: the trail does not have it.</param>
    /// <param name="call">What to do, once the caller is let in.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    public Task<IResult> TenantCallAsync(
        HttpRequest request,
        string tenant,
        Role role,
        AccessAction? action,
        Func<Call, CancellationToken, Task<IResult>> call,
        CancellationToken cancellationToken) =>
        RecordAsync(request, tenant, role, action, FindTenantAsync, call, cancellationToken);

    /// <summary>A call of an operator about a tenant that may not be there; <see cref="Call.Settings"/> are empty.</summary>
    public Task<IResult> OperatorCallAsync(
        HttpRequest request,
        string tenant,
        AccessAction? action,
        Func<Call, CancellationToken, Task<IResult>> call,
        CancellationToken cancellationToken) =>
        RecordAsync(request, tenant, Role.Operator, action, (_, id, _) => Task.FromResult(Tenant.Unknown(id)), call, cancellationToken);

    /// <summary>
    /// A call within one tenant, or, with <c>operator</c> in its place, about the operators themselves: their keys, their trail.
    /// </summary>
    public Task<IResult> OwnerCallAsync(
        HttpRequest request,
        string owner,
        Role role,
        AccessAction? action,
        Func<Call, CancellationToken, Task<IResult>> call,
        CancellationToken cancellationToken) => owner == ApiKey.OperatorOwner
            ? OperatorCallAsync(request, owner, action, call, cancellationToken)
            : TenantCallAsync(request, owner, role, action, call, cancellationToken);

    /// <summary>Tells a browser which calls a page of another origin may make; what is no such question is no call.</summary>
    public Task<IResult> PreflightAsync(HttpRequest request, CancellationToken cancellationToken) => AnswerAsync(
        request,
        _ => HttpMethods.IsOptions(request.Method) && Cors.IsAllowed(request, options.Value.Origins)
            ? Task.FromResult(Cors.Preflight(request.HttpContext.Response))
            : throw ProblemException.NotFound("call"),
        cancellationToken);

    /// <summary>A provider's call, which proves itself by its own rules.</summary>
    public Task<IResult> HookCallAsync(
        HttpRequest request, string hookId, Func<CancellationToken, Task<IResult>> call, CancellationToken cancellationToken) => AnswerAsync(
            request,
            token =>
            {
                TakeCall(request, hookId);
                return call(token);
            },
            cancellationToken);

    /// <summary>A call that anyone may make.</summary>
    public async Task<IResult> AnswerAsync(
        HttpRequest request, Func<CancellationToken, Task<IResult>> call, CancellationToken cancellationToken)
    {
        SecurityHeaders.Add(request.HttpContext.Response);
        Cors.AddHeaders(request, options.Value.Origins);
        // In the Functions worker the two are apart: the host's word that the call is cancelled, and the connection's end.
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, request.HttpContext.RequestAborted);
        return new GuardedResult(await AnswerAsync(request, call, left), () => Log.CallerLeft(logger));
    }

    private async Task<IResult> AnswerAsync(
        HttpRequest request, Func<CancellationToken, Task<IResult>> call, CancellationTokenSource left)
    {
        try
        {
            return await call(left.Token);
        }
        catch (Exception e) when (GuardedResult.IsOfACallerWhoLeft(e, left.Token))
        {
            Log.CallerLeft(logger);
            return Results.StatusCode(ClientClosedRequest);
        }
        catch (ProblemException e)
        {
            return ProblemAnswer.Of(request, e);
        }
        catch (BadHttpRequestException e)
        {
            var code = e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProblemCodes.BodyTooLarge : ProblemCodes.InvalidRequest;
            return ProblemAnswer.Of(request, new ProblemException(e.StatusCode, code, "The request could not be read."));
        }
        catch (Exception e) when (e.IsStorageFailure())
        {
            Log.StorageFailed(logger, e.Describe());
            return ProblemAnswer.Of(request, new ProblemException(
                503, ProblemCodes.StorageUnavailable, "Storage did not answer as it should. Send the request again.")
            {
                RetryAfter = RetryAfterSeconds,
            });
        }
        catch (Exception e)
        {
            Log.Failed(logger, e.Describe());
            return ProblemAnswer.Of(request, new ProblemException(500, ProblemCodes.Internal, "An error of ours. It is logged."));
        }
    }

    /// <summary>Once a caller is known to belong to the tenant, the trail has what it did, however that ends.</summary>
    private async Task<IResult> RecordAsync(
        HttpRequest request,
        string tenant,
        Role role,
        AccessAction? action,
        Func<Caller, TenantId, CancellationToken, Task<Tenant>> find,
        Func<Call, CancellationToken, Task<IResult>> call,
        CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        Call? admitted = null;
        string? address = null;
        var status = ClientClosedRequest;
        try
        {
            var result = await AnswerAsync(
                request,
                async token =>
                {
                    var caller = await AuthenticateAsync(request, token);
                    var id = ParseTenant(tenant);
                    if (!caller.Belongs(id))
                    {
                        throw ProblemException.NotFound("tenant");
                    }

                    admitted = new Call(caller, await find(caller, id, token));
                    address = action is null ? null : await ClientAddress.FindAsync(request, options.Value.ForwardedHops, token);
                    Require(admitted, role);
                    return await call(admitted, token);
                },
                cancellationToken);
            status = (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
            return result;
        }
        finally
        {
            if (action is { } done && admitted is not null)
            {
                var entry = EntryOf(request, admitted, done, at, status) with { Address = address };
                writes.Add(token => trail.WriteAsync(entry, token));
            }
        }
    }

    private AccessEntry EntryOf(HttpRequest request, Call call, AccessAction action, DateTimeOffset at, int status) => new()
    {
        Tenant = call.TrailOf,
        At = at,
        Action = action,
        Status = status,
        CallerKind = call.Caller.Kind,
        CallerId = Cut(call.Caller.Id)!,
        CallerName = Cut(call.Caller.Name),
        UserAgent = Cut(request.Headers.UserAgent.ToString()),
        Target = Cut(call.Target),
        Details = call.Details is null ? null : JsonSerializer.Serialize(call.Details, ApiJson.Options),
    };

    private static string? Cut(string? text) => text switch
    {
        null or "" => null,
        { Length: <= MaxTrailText } => text,
        _ => text[..(MaxTrailText - (char.IsHighSurrogate(text[MaxTrailText - 1]) ? 1 : 0))],
    };

    private async Task<Caller> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var credential = authorization[Scheme.Length..].Trim();
            TakeCall(request, credential);
            if (await authenticator.FindAsync(credential, cancellationToken) is { } caller)
            {
                return caller;
            }
        }

        throw new ProblemException(401, ProblemCodes.Unauthenticated, "The call needs a valid API key or token: Authorization: Bearer …");
    }

    /// <summary>Before storage is asked, so that a flood costs its sender only.</summary>
    private void TakeCall(HttpRequest request, string credential)
    {
        var allowance = limits.Take(credential);
        var headers = request.HttpContext.Response.Headers;
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"key\";q={limits.Burst};w={limits.Window}");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"key\";r={allowance.Remaining};t={allowance.RetryAfter}");
        if (!allowance.Allowed)
        {
            meter.CallLimited();
            throw new ProblemException(429, ProblemCodes.TooManyRequests, "Too many calls with this key.") { RetryAfter = allowance.RetryAfter };
        }
    }

    private static TenantId ParseTenant(string text) => TenantId.TryParse(text, out var id)
        ? id
        : throw ProblemException.Invalid([Fault.Of(FaultCodes.InvalidValue, "tenant", text, TenantId.Takes)]);

    private async Task<Tenant> FindTenantAsync(Caller caller, TenantId id, CancellationToken cancellationToken)
    {
        var tenant = caller.Home?.Id == id ? caller.Home : await tenants.FindAsync(id, cancellationToken);
        return tenant is null or { State: TenantState.Deleting } ? throw ProblemException.NotFound("tenant") : tenant;
    }

    /// <summary>Refuses a call whose caller does not have the role.</summary>
    /// <exception cref="ProblemException">It has not, or its tenant is suspended (403).</exception>
    internal static void Require(Call call, Role role)
    {
        if (call.Settings.State == TenantState.Suspended && !call.Caller.IsOperator)
        {
            throw new ProblemException(403, ProblemCodes.TenantSuspended, "The tenant is suspended. Its data is kept; ask the operator.");
        }

        if (!call.Caller.Has(role))
        {
            throw new ProblemException(403, ProblemCodes.Forbidden, $"The call needs the role {Code<Role>.Text(role)}.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Storage failed: {Failure}")]
        public static partial void StorageFailed(ILogger logger, string failure);

        [LoggerMessage(2, LogLevel.Error, "A call failed: {Failure}")]
        public static partial void Failed(ILogger logger, string failure);

        [LoggerMessage(3, LogLevel.Information, "A caller left before its answer.")]
        public static partial void CallerLeft(ILogger logger);
    }
}
