using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.Tests.Hosting;

/// <summary>What a counter of one app has counted.</summary>
public sealed class CountedMetric : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<object, long> _counts = [];
    private readonly Lock _lock = new();

    public CountedMetric(string name)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            lock (_lock)
            {
                var scope = instrument.Meter.Scope ?? this;
                _counts[scope] = _counts.GetValueOrDefault(scope) + value;
            }
        });
        _listener.Start();
    }

    public long Of(IServiceProvider services)
    {
        lock (_lock)
        {
            return _counts.GetValueOrDefault(services.GetRequiredService<IMeterFactory>());
        }
    }

    public async Task WaitForAsync(IServiceProvider services, long count)
    {
        for (var i = 0; i < 600 && Of(services) < count; i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal(count, Of(services));
    }

    public void Dispose() => _listener.Dispose();
}
