using System.Globalization;
using LoginAudit.LocalHost;

[assembly: AssemblyFixture(typeof(LoginAudit.Tests.Hosting.AzuriteFixture))]

namespace LoginAudit.Tests.Hosting;

/// <summary>
/// One Azurite for the whole run, in memory, with an account of its own for each test that asks. It starts with the
/// first that does. If it cannot, each of them fails with the reason, and the others run without it.
/// </summary>
public sealed class AzuriteFixture : IAsyncDisposable
{
    private const int Accounts = 1000;

    private readonly Lazy<Task<AzuriteProcess>> _azurite = new(() => AzuriteProcess.StartAsync(
        Ports.FindFree(3), dataFolder: null, CancellationToken.None, Enumerable.Range(0, Accounts).Select(Name)));

    private int _taken;

    public async ValueTask DisposeAsync()
    {
        // One that did not start has told its tests why.
        if (_azurite.IsValueCreated && _azurite.Value.IsCompletedSuccessfully)
        {
            await (await _azurite.Value).DisposeAsync();
        }
    }

    /// <summary>The connection string of an account that no other test has.</summary>
    /// <exception cref="StartException">Azurite could not be installed or started.</exception>
    public async Task<string> TakeAccountAsync()
    {
        var azurite = await _azurite.Value;
        var number = Interlocked.Increment(ref _taken) - 1;
        return number < Accounts
            ? azurite.ConnectionStringOf(Name(number))
            : throw new InvalidOperationException($"The tests need more than {Accounts} accounts: raise the number.");
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"account{number:D4}");
}
