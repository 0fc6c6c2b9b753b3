using System.Text.Json;
using System.Threading.RateLimiting;
using LoginAudit.LocalHost.Host.Rpc;
using Yarp.ReverseProxy.Forwarder;

namespace LoginAudit.LocalHost.Host;

/// <summary>
/// Answers HTTP calls by functions: finds the function by its route, sends the invocation over gRPC, and forwards the request itself to
/// the worker's HTTP server.
/// </summary>
internal sealed partial class HttpFunctions : IDisposable
{
    private const string InvocationHeader = "x-ms-invocation-id";

    private readonly FunctionRouter _router;
    private readonly Dictionary<string, Function> _functions;
    private readonly HostJson _hostJson;
    private readonly Func<CancellationToken, Task<Worker>> _worker;
    private readonly IHttpForwarder _forwarder;
    private readonly ILogger _logger;
    private readonly HostTransformer _transformer;
    private readonly ConcurrencyLimiter? _limiter;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly ForwarderRequestConfig _config = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    public HttpFunctions(
        IReadOnlyList<Function> functions,
        HostJson hostJson,
        Func<CancellationToken, Task<Worker>> worker,
        IHttpForwarder forwarder,
        ILogger<HttpFunctions> logger)
    {
        (_hostJson, _worker, _forwarder, _logger) = (hostJson, worker, forwarder, logger);
        _transformer = new HostTransformer(this);
        _functions = functions.Where(function => function.Is("httpTrigger"))
            .ToDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);
        _router = new FunctionRouter(_functions.Values.Select(function =>
            new FunctionRoute(
                function.Name, $"{hostJson.RoutePrefix}/{function.Text("route") ?? function.Name}".TrimStart('/'), function.Methods)));
        if (hostJson.MaxConcurrentRequests > 0)
        {
            var outstanding = hostJson.MaxOutstandingRequests > 0 ? hostJson.MaxOutstandingRequests : int.MaxValue;
            _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
            {
                PermitLimit = hostJson.MaxConcurrentRequests,
                QueueLimit = Math.Max(0, outstanding - hostJson.MaxConcurrentRequests),
            });
        }
    }

    /// <summary>See <see cref="FunctionsHost.PassesForwardedFor"/>.</summary>
    public bool PassesForwardedFor { get; set; }

    /// <summary>Middleware: the headers that host.json adds to every answer.</summary>
    public Task AddHeadersAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            foreach (var (name, value) in _hostJson.CustomHeaders)
            {
                context.Response.Headers.TryAdd(name, value);
            }

            return Task.CompletedTask;
        });
        return next(context);
    }

    public async Task AnswerAsync(HttpContext context)
    {
        if (!_router.TryMatch(context.Request.Method, context.Request.Path, out var route, out var values))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var function = _functions[route.Name];
        using var turn = _limiter is null ? null : await _limiter.AcquireAsync(1, context.RequestAborted);
        if (turn is { IsAcquired: false })
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        try
        {
            await InvokeAsync(context, function, values);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away.
        }
        catch (WorkerException e)
        {
            Log.Failed(_logger, function.Name, e.Message);
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
            else
            {
                context.Abort();
            }
        }
    }

    public void Dispose()
    {
        _limiter?.Dispose();
        _client.Dispose();
    }

    private async Task InvokeAsync(HttpContext context, Function function, RouteValueDictionary values)
    {
        var worker = await _worker(context.RequestAborted);
        var request = new InvocationRequest { InvocationId = Guid.CreateVersion7().ToString(), FunctionId = function.Id };
        request.InputData.Add(new ParameterBinding { Name = function.Parameter, Data = new TypedData { Http = new RpcHttp() } });
        AddMetadata(request.TriggerMetadata, context.Request, values);
        context.Request.Headers[InvocationHeader] = request.InvocationId;
        var forwarding = _forwarder.SendAsync(context, worker.HttpUri, _client, _config, _transformer);
        var invocation = worker.InvokeAsync(request, context.RequestAborted);
        var error = await forwarding;
        if (error != ForwarderError.None && !context.RequestAborted.IsCancellationRequested)
        {
            Log.NotForwarded(_logger, function.Name, error);
        }

        await invocation;
    }

    /// <summary>As in the Functions host, a query parameter named <c>Headers</c> replaces the headers: the app must not trust it.</summary>
    private static void AddMetadata(
        Google.Protobuf.Collections.MapField<string, TypedData> metadata, HttpRequest request, RouteValueDictionary values)
    {
        metadata["Headers"] = Json(request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString())));
        metadata["Query"] = Json(request.Query.Select(query => KeyValuePair.Create(query.Key, query.Value.ToString())));
        foreach (var (name, value) in request.Query)
        {
            metadata[name] = new TypedData { String = value.ToString() };
        }

        foreach (var (name, value) in values)
        {
            if (value?.ToString() is { } text)
            {
                metadata[name] = new TypedData { String = text };
            }
        }
    }

    private static TypedData Json(IEnumerable<KeyValuePair<string, string>> values) =>
        new() { Json = JsonSerializer.Serialize(new Dictionary<string, string>(values, StringComparer.OrdinalIgnoreCase)) };

    /// <summary>The headers of a forwarded request.</summary>
    private sealed class HostTransformer(HttpFunctions calls) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            if (calls.PassesForwardedFor)
            {
                return;
            }

            Set("X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
            Set("X-Forwarded-Host", httpContext.Request.Host.Value);
            Set("X-Forwarded-Proto", httpContext.Request.Scheme);

            void Set(string name, string? value)
            {
                proxyRequest.Headers.Remove(name);
                proxyRequest.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Function} failed: {Failure}")]
        public static partial void Failed(ILogger logger, string function, string failure);

        [LoggerMessage(2, LogLevel.Warning, "A call of {Function} could not be forwarded: {Error}")]
        public static partial void NotForwarded(ILogger logger, string function, ForwarderError error);
    }
}
