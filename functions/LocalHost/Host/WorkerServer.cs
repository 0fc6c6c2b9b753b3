using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using LoginAudit.LocalHost.Host.Rpc;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LoginAudit.LocalHost.Host;

/// <summary>The gRPC server that worker processes connect to, on a free loopback port.</summary>
internal sealed class WorkerServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, WorkerChannel> _channels;

    private WorkerServer(WebApplication app, ConcurrentDictionary<string, WorkerChannel> channels) => (_app, _channels) = (app, channels);

    /// <summary>What a worker is told to connect to.</summary>
    public string Address => _app.Urls.Single() + "/";

    public static async Task<WorkerServer> StartAsync(CancellationToken cancellationToken)
    {
        var channels = new ConcurrentDictionary<string, WorkerChannel>(StringComparer.Ordinal);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(channels);
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        var app = builder.Build();
        app.MapGrpcService<FunctionRpcService>();
        await app.StartAsync(cancellationToken);
        return new WorkerServer(app, channels);
    }

    /// <summary>Expects a worker of this id.</summary>
    public void Add(string workerId, WorkerChannel channel) => _channels[workerId] = channel;

    public void Remove(string workerId) => _channels.TryRemove(workerId, out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class FunctionRpcService(ConcurrentDictionary<string, WorkerChannel> channels) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (await requestStream.MoveNext(context.CancellationToken)
                && requestStream.Current.StartStream is { } start
                && channels.TryGetValue(start.WorkerId, out var channel))
            {
                await channel.RunAsync(requestStream, responseStream, context.CancellationToken);
            }
        }
    }
}
