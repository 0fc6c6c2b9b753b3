using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LoginAudit.LocalHost;
using LoginAudit.Tests.Hosting;

namespace LoginAudit.FaultTests;

/// <summary>One who asks too much, too slowly or too large does no harm to the others.</summary>
internal static class Floods
{
    public static async Task<string> RunAsync(FaultOptions options)
    {
        await using var azurite = await AzuriteProcess.StartAsync(Ports.FindFree(3), dataFolder: null, CancellationToken.None);
        string acmeKey, globexKey;
        await using (var first = await FaultApp.StartAsync(azurite.ConnectionString))
        {
            using var acme = await FaultTenant.CreateAsync(first.Address, "acme");
            using var globex = await FaultTenant.CreateAsync(first.Address, "globex");
            (acmeKey, globexKey) = (acme.Key, globex.Key);
        }

        // In a process of its own, whose memory is its own, and with the limits as they come.
        var data = Directory.CreateTempSubdirectory("loginaudit-floods").FullName;
        var port = Ports.FindFree(1);
        var address = new Uri($"http://127.0.0.1:{port}");
        string report;
        await using (var host = await RunningLocalHost.StartAsync(port, data, azurite.ConnectionString, FaultApp.Settings.Where(setting => !setting.Name.Contains("Rate", StringComparison.Ordinal)).ToArray()))
        {
            using var flooder = FaultTenant.Client(address, acmeKey);
            using var quiet = FaultTenant.Client(address, globexKey);
            report = "## Floods\n\n"
                + await RateAsync(options, flooder, quiet)
                + await SlowAsync(options, address, acmeKey, quiet)
                + await OpenAsync(options, address, acmeKey, quiet)
                + await LargeAsync(options, host, flooder, quiet);
        }

        Directory.Delete(data, recursive: true);
        return report;
    }

    /// <summary>A tenant far over its limit beside a quiet one.</summary>
    private static async Task<string> RateAsync(FaultOptions options, HttpClient flooder, HttpClient quiet)
    {
        var calls = options.Pick(1_000, 10_000);
        using var stop = new CancellationTokenSource();
        var answered = new ConcurrentDictionary<HttpStatusCode, int>();
        var flood = Parallel.ForEachAsync(Enumerable.Range(0, calls), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, token) =>
        {
            using var answer = await flooder.GetAsync("/v1/tenants/acme/events?limit=1", token);
            answered.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
            Must.Hold(answer.StatusCode != HttpStatusCode.TooManyRequests || answer.Headers.RetryAfter is not null, "429 without Retry-After.");
        });
        var served = 0;
        while (!flood.IsCompleted)
        {
            using var answer = await quiet.GetAsync("/v1/tenants/globex/events?limit=1");
            Must.Hold(answer.StatusCode == HttpStatusCode.OK, $"A quiet tenant was answered {answer.StatusCode} beside a flood.");
            served++;
            await Task.Delay(50);
        }

        await flood;
        Must.Hold(answered.GetValueOrDefault(HttpStatusCode.TooManyRequests) > 0, "A flood was not limited.");
        Must.Hold(answered.Keys.All(status => status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests), $"A flood was answered {string.Join(", ", answered.Keys)}.");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{calls} calls of one tenant: {answered.GetValueOrDefault(HttpStatusCode.OK)} answered 200, {answered[HttpStatusCode.TooManyRequests]} answered 429 with `Retry-After`. A quiet tenant beside it: {served} of {served} calls answered 200.\n\n");
    }

    /// <summary>Bodies that come a byte a second.</summary>
    private static async Task<string> SlowAsync(FaultOptions options, Uri address, string key, HttpClient quiet)
    {
        var count = options.Pick(50, 500);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                sockets.Add(await OpenAsync(address, $"POST /v1/tenants/acme/events HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n["));
            }

            var (ended, seconds) = (0, 0);
            for (; seconds < 30 && ended < count; seconds++)
            {
                foreach (var socket in sockets)
                {
                    try
                    {
                        await socket.SendAsync(" "u8.ToArray());
                    }
                    catch (SocketException)
                    {
                        // It was cut off, which is what is waited for.
                    }
                }

                using var answer = await quiet.GetAsync("/v1/tenants/globex/events?limit=1");
                Must.Hold(answer.StatusCode == HttpStatusCode.OK, $"A quiet tenant was answered {answer.StatusCode} beside slow bodies.");
                ended = sockets.Count(IsOver);
                await Task.Delay(1000);
            }

            Must.Hold(ended == count, $"{count - ended} slow bodies hold their connections for more than {seconds} s.");
            return string.Create(CultureInfo.InvariantCulture, $"{count} bodies at a byte a second: all were answered or cut off within {seconds} s, and a quiet tenant was served meanwhile.\n\n");
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>Connections that ask for nothing to the end.</summary>
    private static async Task<string> OpenAsync(FaultOptions options, Uri address, string key, HttpClient quiet)
    {
        var count = options.Pick(500, 10_000);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                sockets.Add(await OpenAsync(address, $"GET /v1/tenants/acme/events HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key}\r\n"));
            }

            using var answer = await quiet.GetAsync("/v1/tenants/globex/events?limit=1");
            Must.Hold(answer.StatusCode == HttpStatusCode.OK, $"A quiet tenant was answered {answer.StatusCode} beside {count} open requests.");
            return string.Create(CultureInfo.InvariantCulture, $"{count} requests held open at once: a quiet tenant is served.\n\n");
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>The largest body that is taken, and one that is larger, again and again.</summary>
    private static async Task<string> LargeAsync(FaultOptions options, RunningLocalHost host, HttpClient flooder, HttpClient quiet)
    {
        var count = options.Pick(40, 1_000);
        const int largest = 4 * 1024 * 1024;
        var bodies = new[] { Body(largest), Body(largest + 1), Encoding.UTF8.GetBytes(new string('[', largest)) };
        var answered = new ConcurrentDictionary<HttpStatusCode, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) =>
        {
            HttpStatusCode status;
            do
            {
                using var content = new ByteArrayContent(bodies[i % bodies.Length]) { Headers = { { "Content-Type", "application/json" } } };
                using var answer = await flooder.PostAsync("/v1/tenants/acme/events", content, token);
                status = answer.StatusCode;
                answered.AddOrUpdate(status, 1, (_, times) => times + 1);
                if (status == HttpStatusCode.TooManyRequests)
                {
                    await Task.Delay(1000, token);
                }
            }
            while (status == HttpStatusCode.TooManyRequests);

            Must.Hold(status == (i % bodies.Length == 1 ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.BadRequest), $"A large body was answered {status}.");
        });
        using var calm = await quiet.GetAsync("/v1/tenants/globex/events?limit=1");
        Must.Hold(calm.StatusCode == HttpStatusCode.OK, "A quiet tenant is not served after large bodies.");
        var memory = host.PeakMegabytes;
        Must.Hold(memory < 1024, $"{memory} MiB of memory for large bodies.");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"A body of 4 MiB {count} times, 8 at once, a third of them a byte too large and a third nothing but `[`: {string.Join(", ", answered.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} × {(int)pair.Key}"))}. Peak of the host's memory: {memory} MiB.\n");

        // An array of one event that is no event: its name is too long.
        static byte[] Body(int length) => Encoding.UTF8.GetBytes($"[{{\"eventType\":\"{new string('x', length - 18)}\"}}]");
    }

    private static async Task<Socket> OpenAsync(Uri address, string start)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(start));
        return socket;
    }

    /// <summary>Whether the host answered or closed it.</summary>
    private static bool IsOver(Socket socket) => socket.Poll(0, SelectMode.SelectRead);
}
