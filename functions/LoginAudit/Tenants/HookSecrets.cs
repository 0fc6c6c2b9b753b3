using System.Buffers.Text;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using LoginAudit.Log.Tables;
using LoginAudit.Telemetry;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Tenants;

/// <summary>Encrypts the secrets of hooks, each for its own hook only, and reads them back.</summary>
public sealed partial class HookSecrets(KeyRing ring, TimeProvider time, ILogger<HookSecrets> logger)
{
    private const string Purpose = "LoginAudit.HookSecrets";
    private const int IdBytes = 5;

    /// <param name="hook">The hook that it is for; no other can read it.</param>
    /// <param name="secret">In plain text.</param>
    /// <param name="createdAt">UTC.</param>
    /// <param name="expiresAt">UTC; null lives on.</param>
    public HookSecret Protect(HookId hook, string secret, DateTimeOffset createdAt, DateTimeOffset? expiresAt = null)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var bytes = UnwrapStorageFailure(() => ring.Current.CreateProtector(Purpose, hook.Value).Protect(Encoding.UTF8.GetBytes(secret)));
        return new HookSecret(id, createdAt, expiresAt, Base64Url.EncodeToString(bytes));
    }

    /// <summary>The live secrets in plain text, oldest first; those that cannot be decrypted are logged and left out.</summary>
    /// <exception cref="CryptographicException">There are live secrets, and none can be decrypted: their keys are lost.</exception>
    /// <exception cref="FormatException">As before: none is what <see cref="Protect"/> wrote.</exception>
    public IReadOnlyList<string> Unprotect(Hook hook)
    {
        var secrets = new List<string>();
        ExceptionDispatchInfo? failure = null;
        foreach (var secret in hook.LiveSecrets(time.GetUtcNow()))
        {
            try
            {
                secrets.Add(Unprotect(hook.Id, secret.Protected));
            }
            catch (Exception e) when (e is CryptographicException or FormatException)
            {
                Log.Unreadable(logger, secret.Id, e.Describe());
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }

        if (secrets.Count == 0)
        {
            failure?.Throw();
        }

        return secrets;
    }

    private string Unprotect(HookId hook, string text)
    {
        var bytes = Base64Url.DecodeFromChars(text);
        var current = ring.Current;
        try
        {
            return Unprotect(current, hook, bytes);
        }
        catch (CryptographicException) when (ring.Reread(current) is { } reread)
        {
            return Unprotect(reread, hook, bytes);
        }
    }

    /// <summary>Also with keys that have expired or were revoked: providers go on signing with the secret all the same.</summary>
    private static string Unprotect(IDataProtectionProvider provider, HookId hook, byte[] bytes)
    {
        var protector = (IPersistedDataProtector)provider.CreateProtector(Purpose, hook.Value);
        return Encoding.UTF8.GetString(
            UnwrapStorageFailure(() => protector.DangerousUnprotect(bytes, ignoreRevocationErrors: true, out _, out _)));
    }

    /// <summary>Data Protection tells every failure as a cryptographic one, also that storage did not give it the ring.</summary>
    private static byte[] UnwrapStorageFailure(Func<byte[]> use)
    {
        try
        {
            return use();
        }
        catch (CryptographicException e) when (e.InnerException is { } inner && inner.IsStorageFailure())
        {
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Secret {SecretId} of a webhook source cannot be decrypted: {Failure}")]
        public static partial void Unreadable(ILogger logger, string secretId, string failure);
    }
}
