using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LoginAudit.FaultTests;

/// <summary>What happens to a request to storage instead of what should.</summary>
internal enum StorageFault
{
    None,
    Busy,
    BusyWithRetryAfter,
    TooMany,
    TooManyWithRetryAfter,

    /// <summary>No answer, until the caller gives up.</summary>
    Silence,

    /// <summary>The connection is reset, and the request did nothing.</summary>
    ResetBefore,

    /// <summary>The connection is reset, and the request did its work.</summary>
    ResetAfter,

    /// <summary>The request did its work, and the connection is reset in the middle of its answer.</summary>
    HalfAnswer,

    /// <summary>2 s more.</summary>
    Latency,

    /// <summary>As if nobody listened.</summary>
    Away,
}

/// <summary>Stands on loopback between the SDK and Azurite, one port for each service. The account's key signs neither host nor port.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(60);

    /// <summary>Of a connection, not of a request.</summary>
    private static readonly string[] OfTheConnection = ["Connection", "Keep-Alive", "Transfer-Encoding", "Host", "Proxy-Connection"];

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _forward = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, UseCookies = false });
    private readonly Dictionary<int, int> _targets;
    private readonly Random _random;
    private int _requests;
    private int _faults;

    private FaultProxy(Random random, int firstPort, int target)
    {
        _random = random;
        _targets = Enumerable.Range(0, 3).ToDictionary(i => firstPort + i, i => target + i);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            foreach (var port in _targets.Keys)
            {
                kestrel.ListenLocalhost(port, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>What is done to a share of the requests.</summary>
    public StorageFault Fault { get; set; }

    /// <summary>0 to 1.</summary>
    public double Share { get; set; }

    public (int Requests, int Faults) Seen => (_requests, _faults);

    /// <param name="random">Chooses the requests.</param>
    /// <param name="firstPort">Of three.</param>
    /// <param name="target">The first port of Azurite.</param>
    public static async Task<FaultProxy> StartAsync(Random random, int firstPort, int target)
    {
        var proxy = new FaultProxy(random, firstPort, target);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>A connection string of Azurite, by way of here.</summary>
    public string Through(string connectionString) => _targets.Aggregate(
        connectionString,
        (text, pair) => text.Replace(string.Create(CultureInfo.InvariantCulture, $":{pair.Value}/"), string.Create(CultureInfo.InvariantCulture, $":{pair.Key}/"), StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _forward.Dispose();
    }

    private StorageFault Next()
    {
        Interlocked.Increment(ref _requests);
        lock (_random)
        {
            if (Fault == StorageFault.None || _random.NextDouble() >= Share)
            {
                return StorageFault.None;
            }
        }

        Interlocked.Increment(ref _faults);
        return Fault;
    }

    private async Task HandleAsync(HttpContext context)
    {
        var fault = Next();
        switch (fault)
        {
            case StorageFault.Busy or StorageFault.BusyWithRetryAfter or StorageFault.TooMany or StorageFault.TooManyWithRetryAfter:
                context.Response.StatusCode = fault is StorageFault.Busy or StorageFault.BusyWithRetryAfter ? 503 : 429;
                if (fault is StorageFault.BusyWithRetryAfter or StorageFault.TooManyWithRetryAfter)
                {
                    context.Response.Headers.RetryAfter = "1";
                }

                return;
            case StorageFault.Silence:
                await Task.Delay(LongSilence, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Abort();
                return;
            case StorageFault.ResetBefore or StorageFault.Away:
                context.Abort();
                return;
            case StorageFault.Latency:
                await Task.Delay(TimeSpan.FromSeconds(2));
                break;
            default:
                break;
        }

        try
        {
            await ForwardAsync(context, fault);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            context.Abort();
        }
    }

    private async Task ForwardAsync(HttpContext context, StorageFault fault)
    {
        var (from, port) = (context.Request, _targets[context.Connection.LocalPort]);

        // As it came: what is signed is not to be escaped anew.
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        using var request = new HttpRequestMessage(
            new HttpMethod(from.Method), new Uri($"http://127.0.0.1:{port}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using var body = new MemoryStream();
        await from.Body.CopyToAsync(body);
        if (body.Length > 0 || from.ContentLength is not null)
        {
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in from.Headers.Where(header => !OfTheConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        using var answer = await _forward.SendAsync(request, CancellationToken.None);
        var content = await answer.Content.ReadAsByteArrayAsync();
        if (fault == StorageFault.ResetAfter)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfTheConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (from.Method != "HEAD" && answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified))
        {
            context.Response.ContentLength = content.Length;
            await context.Response.Body.WriteAsync(fault == StorageFault.HalfAnswer ? content.AsMemory(0, content.Length / 2) : content);
            await context.Response.Body.FlushAsync();
        }

        if (fault == StorageFault.HalfAnswer)
        {
            context.Abort();
        }
    }
}
