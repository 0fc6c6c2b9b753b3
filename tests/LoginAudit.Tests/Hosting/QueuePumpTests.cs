using Azure.Storage.Queues;
using LoginAudit.LocalHost.Host;
using LoginAudit.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LoginAudit.Tests.Hosting;

/// <summary>LocalHost treats messages as the Functions host does, by host.json's settings.</summary>
public sealed class QueuePumpTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Pump_MessageThatFailsEachTime_GoesToThePoisonQueueAfterItsLastTry()
    {
        await using var app = await StartAsync();

        await app.Services.GetRequiredService<StorageClients>().ExportsQueue.SendMessageAsync("not an export");
        var poison = new QueueClient(app.ConnectionString, "exports-poison", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var message = await WaitForAsync(async () => await poison.ExistsAsync() ? (await poison.PeekMessageAsync()).Value : null);

        Assert.Equal("not an export", message.Body.ToString());
        Assert.Null((await app.Services.GetRequiredService<StorageClients>().ExportsQueue.PeekMessageAsync()).Value);
    }

    [Fact]
    public async Task Pump_ManyJobs_EndsThemAll()
    {
        await using var app = await StartAsync();
        var acme = await app.CreateTenantAsync("acme");

        for (var i = 0; i < 12; i++)
        {
            using var requested = await acme.PostAsync("exports", new { format = "ndjson" });
        }

        var states = await WaitForAsync(async () =>
        {
            var list = (await acme.GetJsonAsync("exports")).GetProperty("exports").EnumerateArray().Select(job => job.GetProperty("state").GetString()).ToList();
            return list.TrueForAll(state => state is not ("queued" or "running")) ? list : null;
        });
        Assert.Equal(Enumerable.Repeat("ready", 12), states);
    }

    private Task<TestApp> StartAsync() => TestApp.StartAsync(azurite, pumps: true, configure: services => services.Replace(
        ServiceDescriptor.Singleton(new HostJson
        {
            Queues = new QueueSettings { BatchSize = 4, NewBatchThreshold = 2, MaxDequeueCount = 6, MaxPollingInterval = TimeSpan.FromMilliseconds(200) },
        })));

    private static async Task<T> WaitForAsync<T>(Func<Task<T?>> read)
        where T : class
    {
        while (true)
        {
            if (await read() is { } value)
            {
                return value;
            }

            await Task.Delay(50);
        }
    }
}
