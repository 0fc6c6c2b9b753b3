using LoginAudit.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace LoginAudit.Tenants;

/// <summary>
/// Data Protection over <see cref="KeyRingBlobs"/>. It has services of its own: among the app's, it would read the ring at
/// every start, with or without a source, and log whole keys at Trace where one cannot be read. Here the first use reads it,
/// and nothing is logged but what <see cref="HookSecrets"/> says.
/// </summary>
public sealed class KeyRing(StorageClients storage, TimeProvider time)
{
    /// <summary>In the purpose of every key's use: other names cannot read what this one wrote.</summary>
    private const string ApplicationName = "LoginAudit";

    private readonly Lock _lock = new();
    private IDataProtectionProvider? _current;
    private DateTimeOffset _madeAt;

    internal IDataProtectionProvider Current
    {
        get
        {
            lock (_lock)
            {
                return _current ?? Make();
            }
        }
    }

    /// <summary>
    /// The ring as it is in storage now, for what <paramref name="failed"/> could not read: Data Protection keeps a ring for
    /// a day, and another instance may have made a key since. At most once a minute, as a key may also be lost for good.
    /// </summary>
    internal IDataProtectionProvider? Reread(IDataProtectionProvider failed)
    {
        lock (_lock)
        {
            if (_current != failed)
            {
                return _current;
            }

            return time.GetUtcNow() - _madeAt >= KeyRingBlobs.MaxAge ? Make() : null;
        }
    }

    /// <summary>Reads nothing yet.</summary>
    private IDataProtectionProvider Make()
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName(ApplicationName);
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = new KeyRingBlobs(storage, time));
        _madeAt = time.GetUtcNow();
        _current = services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
        return _current;
    }
}
