using System.Net;
using System.Net.Sockets;

namespace LoginAudit.LocalHost;

/// <summary>Loopback ports.</summary>
internal static class Ports
{
    /// <exception cref="StartException">Something listens there.</exception>
    public static void RequireFree(int port, string what)
    {
        if (!IsFree(port))
        {
            throw new StartException($"Port {port}, which {what} needs, is taken. Stop what listens there, or choose another: --port <number>.");
        }
    }

    /// <summary>Waits a little for ports that a process which has just ended may still hold.</summary>
    /// <exception cref="StartException">Something goes on listening there.</exception>
    public static async Task RequireFreeAsync(int first, int count, string what, CancellationToken cancellationToken)
    {
        const int tries = 20;
        for (var i = 0; i < tries && !Enumerable.Range(first, count).All(IsFree); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
        }

        for (var port = first; port < first + count; port++)
        {
            RequireFree(port, what);
        }
    }

    /// <summary>The first of <paramref name="count"/> free ports in a row.</summary>
    public static int FindFree(int count)
    {
        const int first = 20_000;
        const int last = 32_000;
        while (true)
        {
            var start = Random.Shared.Next(first, last);
            if (Enumerable.Range(start, count).All(IsFree))
            {
                return start;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
