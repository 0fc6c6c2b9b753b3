using System.Globalization;
using LoginAudit.LocalHost;

[assembly: AssemblyFixture(typeof(LoginAudit.Tests.Hosting.AzuriteFixture))]

namespace LoginAudit.Tests.Hosting;

/// <summary>One Azurite for the whole run, in memory, with an account of its own for each test that asks.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private const int Accounts = 400;

    private AzuriteProcess? _azurite;
    private int _taken;

    public async ValueTask InitializeAsync() => _azurite = await AzuriteProcess.StartAsync(
        Ports.FindFree(3), dataFolder: null, CancellationToken.None, Enumerable.Range(0, Accounts).Select(Name));

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
    }

    /// <summary>The connection string of an account that no other test has.</summary>
    public string TakeAccount()
    {
        var number = Interlocked.Increment(ref _taken) - 1;
        return number < Accounts
            ? _azurite!.ConnectionStringOf(Name(number))
            : throw new InvalidOperationException($"The tests need more than {Accounts} accounts: raise the number.");
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"account{number:D4}");
}
