using System.Globalization;
using LoginAudit.Auth;
using LoginAudit.Log.Events;
using LoginAudit.Retention;
using LoginAudit.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LoginAudit.FaultTests;

/// <summary>Does a piece of the app's work in a process of its own, so that it can be killed.</summary>
internal static class Worker
{
    /// <param name="work"><c>retention</c> or <c>deletion</c>.</param>
    /// <param name="connectionString">Of Azurite.</param>
    /// <param name="argument">For retention, the ticks of its clock; for a deletion, the tenant.</param>
    public static async Task RunAsync(string work, string connectionString, string argument)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddLoginAudit(new ConfigurationBuilder().AddInMemoryCollection([new("AuditStorage", connectionString)]).Build());
        if (work == "retention")
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new ShiftedClock(new DateTimeOffset(long.Parse(argument, CultureInfo.InvariantCulture), TimeSpan.Zero) - TimeProvider.System.GetUtcNow())));
        }

        await using var provider = services.BuildServiceProvider();
        Console.WriteLine("working");
        if (work == "retention")
        {
            await provider.GetRequiredService<RetentionRunner>().RunAsync(CancellationToken.None);
            return;
        }

        var tenant = await provider.GetRequiredService<TenantStore>().FindAsync(TenantId.Parse(argument), CancellationToken.None);
        if (tenant is not null)
        {
            var message = new DeletionMessage(DeletionMessage.CurrentVersion, argument, tenant.CreatedAt);
            await provider.GetRequiredService<TenantDeletion>().RunAsync(BinaryData.FromObjectAsJson(message, System.Text.Json.JsonSerializerOptions.Web), CancellationToken.None);
        }
    }
}

/// <summary>A clock that goes wrong by so much.</summary>
internal sealed class ShiftedClock(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
