using Azure.Storage.Queues.Models;
using LoginAudit.LocalHost.Host;
using Microsoft.Azure.Functions.Worker;

namespace LoginAudit.InProcess;

/// <summary>Drives the queue functions in this process, by LocalHost's listener.</summary>
internal sealed class QueuePump(
    IServiceProvider services, IConfiguration configuration, HostJson hostJson, TimeProvider time, ILogger<QueuePump> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Functions.With<QueueTriggerAttribute>().Select(function => new QueueListener(
            configuration[function.Trigger.Connection!]!,
            function.Trigger.QueueName,
            hostJson.Queues,
            (QueueMessage message, CancellationToken token) => function.CallAsync(services, message, token),
            time,
            logger).RunAsync(stoppingToken)));
}
