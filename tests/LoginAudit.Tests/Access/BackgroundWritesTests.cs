using LoginAudit.Auth;
using LoginAudit.Telemetry;
using LoginAudit.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LoginAudit.Tests.Access;

public sealed class BackgroundWritesTests
{
    [Fact]
    public async Task Add_MoreThanItHolds_LosesTheRestAndCountsIt()
    {
        using var lost = new CountedMetric("loginaudit.background_writes.lost");
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<AuditMeter>().BuildServiceProvider();
        var writes = Create(services);
        var written = 0;

        // Nothing takes them out yet.
        for (var i = 0; i < 10_003; i++)
        {
            writes.Add(_ => Task.FromResult(Interlocked.Increment(ref written)));
        }

        await writes.StartAsync(CancellationToken.None);
        await writes.StopAsync(CancellationToken.None);

        Assert.Equal(3, lost.Of(services));
        Assert.Equal(10_000, written);
    }

    [Fact]
    public async Task Stop_WriteThatNeverEnds_IsGivenUpWithTheHostsPatience()
    {
        using var lost = new CountedMetric("loginaudit.background_writes.lost");
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<AuditMeter>().BuildServiceProvider();
        var writes = Create(services);
        await writes.StartAsync(CancellationToken.None);
        writes.Add(token => Task.Delay(Timeout.Infinite, token));

        await writes.StopAsync(new CancellationToken(canceled: true));

        Assert.Equal(1, lost.Of(services));
    }

    [Fact]
    public async Task Add_AfterStop_IsLostAndDoesNotThrow()
    {
        using var lost = new CountedMetric("loginaudit.background_writes.lost");
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<AuditMeter>().BuildServiceProvider();
        var writes = Create(services);
        await writes.StartAsync(CancellationToken.None);
        await writes.StopAsync(CancellationToken.None);

        writes.Add(_ => Task.CompletedTask);
        await writes.StopAsync(CancellationToken.None);

        Assert.Equal(1, lost.Of(services));
    }

    private static BackgroundWrites Create(ServiceProvider services) =>
        ActivatorUtilities.CreateInstance<BackgroundWrites>(services, (ILogger<BackgroundWrites>)NullLogger<BackgroundWrites>.Instance);
}
