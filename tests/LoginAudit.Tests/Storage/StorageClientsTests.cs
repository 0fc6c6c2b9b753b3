using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text;
using System.Web;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using LoginAudit.Exports;
using LoginAudit.Log.Events;
using LoginAudit.Log.Tables;
using LoginAudit.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LoginAudit.Tests.Storage;

public sealed class StorageClientsTests
{
    private const string Emulator = "UseDevelopmentStorage=true";

    private static readonly AuditStorageOptions Identity = new()
    {
        TableServiceUri = new Uri("https://audit.table.core.windows.net"),
        BlobServiceUri = new Uri("https://audit.blob.core.windows.net"),
        QueueServiceUri = new Uri("https://audit.queue.core.windows.net"),
        ClientId = "11111111-2222-3333-4444-555555555555",
    };

    [Fact]
    public void Clients_OfEveryService_RetryThreeTimesWithinSeconds()
    {
        var options = new List<ClientOptions>();

        _ = new StorageClients(Options.Create(Identity), [options.Add]);

        Assert.Equal(
            [typeof(BlobClientOptions), typeof(QueueClientOptions), typeof(TableClientOptions)],
            options.Select(o => o.GetType()).OrderBy(type => type.Name, StringComparer.Ordinal));
        Assert.All(options, o =>
        {
            Assert.Equal((RetryMode.Exponential, 3), (o.Retry.Mode, o.Retry.MaxRetries));
            Assert.Equal(TimeSpan.FromMilliseconds(200), o.Retry.Delay);
            Assert.Equal(TimeSpan.FromSeconds(2), o.Retry.MaxDelay);
            Assert.Equal(TimeSpan.FromSeconds(o is TableClientOptions ? 8 : 35), o.Retry.NetworkTimeout);
            Assert.False(o.Diagnostics.IsDistributedTracingEnabled);
        });
        Assert.Equal(QueueMessageEncoding.Base64, options.OfType<QueueClientOptions>().Single().MessageEncoding);
    }

    [Fact]
    public void Clients_WithAnIdentity_AreOneEachAndUseTheGivenAddresses()
    {
        var clients = new StorageClients(Options.Create(Identity), []);

        Assert.Same(clients.Of(TenantId.Parse("acme")), clients.Of(TenantId.Parse("globex")));
        Assert.Same(clients.Accounts.Single(), clients.Of(TenantId.Parse("acme")));
        Assert.Equal("https://audit.table.core.windows.net/Tenants", clients.Tenants.Uri.ToString());
        Assert.Equal("https://audit.blob.core.windows.net/data-protection", clients.KeyRingContainer.Uri.ToString());
        Assert.Equal("https://audit.queue.core.windows.net/exports", clients.ExportsQueue.Uri.ToString());
        Assert.False(clients.Of(TenantId.Parse("acme")).ExportsContainer.CanGenerateSasUri);
    }

    [Fact]
    public void Accounts_BesideTheAuditAccount_HoldTheTenantsThatTheyName()
    {
        var options = new AuditStorageOptions { ConnectionString = Emulator };
        options.Accounts.Add(new TenantAccountOptions
        {
            Name = "eu",
            TableServiceUri = new Uri("https://eu.table.core.windows.net"),
            BlobServiceUri = new Uri("https://eu.blob.core.windows.net"),
            Tenants = "globex, initech  umbrella",
        });

        var clients = new StorageClients(Options.Create(options), []);

        Assert.Equal("", clients.Of(TenantId.Parse("acme")).Name);
        Assert.Equal(["eu", "eu", "eu"], new[] { "globex", "initech", "umbrella" }.Select(tenant => clients.Of(TenantId.Parse(tenant)).Name));
        Assert.Equal("https://eu.table.core.windows.net/LoginDays", clients.Of(TenantId.Parse("globex")).LoginDays.Uri.ToString());
    }

    [Fact]
    public async Task Link_WithAnIdentity_IsAUserDelegationSasOfOneBlobToReadForMinutes()
    {
        var now = new DateTimeOffset(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);
        using var service = new DelegationKeys();
        var clients = new StorageClients(
            Options.Create(Identity), [options => options.Transport = new HttpClientTransport(new HttpClient(service, disposeHandler: false))], new FixedToken());
        var files = new ExportFiles(clients, new FakeTimeProvider(now));
        var job = ExportJobTests.Job() with { Tenant = TenantId.Parse("acme"), Id = "0123456789abcdef01234567", Format = ExportFormat.Csv, Gzip = true };

        var link = await files.LinkAsync(job, "login-audit_acme_20260801_20260831.csv.gz", now.AddMinutes(10), CancellationToken.None);

        var query = HttpUtility.ParseQueryString(link.Query);
        Assert.Equal("https://audit.blob.core.windows.net/exports/acme/0123456789abcdef01234567.csv.gz", link.GetLeftPart(UriPartial.Path));
        Assert.Equal(("r", "b", "https"), (query["sp"], query["sr"], query["spr"]));
        Assert.Equal("2026-09-01T12:10:00Z", query["se"]);
        Assert.Null(query["st"]);
        Assert.Equal("attachment; filename=\"login-audit_acme_20260801_20260831.csv.gz\"", query["rscd"]);
        Assert.Equal("application/gzip", query["rsct"]);
        Assert.Equal(("identity", "directory", "b"), (query["skoid"], query["sktid"], query["sks"]));
        Assert.Equal("2026-09-01T12:10:00Z", query["ske"]);
        Assert.NotNull(query["sig"]);
        Assert.Equal(["POST /?restype=service&comp=userdelegationkey"], service.Asked);
        Assert.Contains("<Expiry>2026-09-01T12:10:00Z</Expiry>", service.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Emulator, "acme", "AuditStorage__Accounts__0__Name is ''; it takes 1 to 32 lower-case letters, digits and hyphens.")]
    [InlineData("Ä", Emulator, "acme", "AuditStorage__Accounts__0__Name is 'Ä'; it takes 1 to 32 lower-case letters, digits and hyphens.")]
    [InlineData("eu", null, "acme", "Set AuditStorage__Accounts__0__TableServiceUri and AuditStorage__Accounts__0__BlobServiceUri to the account's addresses, or AuditStorage__Accounts__0__ConnectionString.")]
    [InlineData("eu", Emulator, "acme Acme!", "AuditStorage__Accounts__0__Tenants has 'Acme!', which is no name of a tenant.")]
    [InlineData("eu", Emulator, "acme,acme", "AuditStorage__Accounts places the tenant 'acme' twice.")]
    public void Options_OfAnAccountThatCannotBe_SayWhich(string name, string? connectionString, string tenants, string expected)
    {
        var options = new AuditStorageOptions { ConnectionString = Emulator };
        options.Accounts.Add(new TenantAccountOptions { Name = name, ConnectionString = connectionString, Tenants = tenants });

        Assert.Equal([expected], options.Validate(new ValidationContext(options)).Select(fault => fault.ErrorMessage));
    }

    [Fact]
    public void ConnectionString_ThatIsNone_IsRefusedWithoutItsText()
    {
        var options = new AuditStorageOptions { ConnectionString = Emulator };
        options.Accounts.Add(new TenantAccountOptions { Name = "eu", ConnectionString = "AccountKey=secret", Tenants = "acme" });

        var refused = Assert.Throws<OptionsValidationException>(() => new StorageClients(Options.Create(options), []));

        Assert.Equal("AuditStorage__Accounts 'eu' is not a storage account's connection string.", refused.Message);
    }

    private sealed class FixedToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    /// <summary>Answers as Blob Storage does when it is asked for a user delegation key, which Azurite gives over HTTPS only.</summary>
    private sealed class DelegationKeys : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        public string Body { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(
                    """
                    <?xml version="1.0" encoding="utf-8"?>
                    <UserDelegationKey><SignedOid>identity</SignedOid><SignedTid>directory</SignedTid><SignedStart>2026-09-01T11:55:00Z</SignedStart><SignedExpiry>2026-09-01T12:10:00Z</SignedExpiry><SignedService>b</SignedService><SignedVersion>2025-01-05</SignedVersion><Value>c2VjcmV0</Value></UserDelegationKey>
                    """,
                    Encoding.UTF8,
                    "application/xml"),
            };
        }
    }
}
