using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LoginAudit.LocalHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Tests.Hosting;

/// <summary>
/// An OpenID Connect issuer on loopback: metadata, keys, and tokens of any make. It uses nothing of IdentityModel, so that the
/// two sides share no mistake.
/// </summary>
public sealed class TestIssuer : IAsyncDisposable
{
    private readonly int _port = Ports.FindFree(1);
    private WebApplication? _app;
    private int _requests;
    private (string Challenge, string Nonce, string Client) _signIn;

    private TestIssuer()
    {
        Authority = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");
        Issuer = Authority;
    }

    public string Authority { get; }

    /// <summary>What the metadata and new tokens name.</summary>
    public string Issuer { get; set; }

    /// <summary>What the key set holds; tokens are signed with the first.</summary>
    public IReadOnlyList<TestKey> Keys { get; set; } = [TestKey.Rsa];

    /// <summary>All that ever came in, whatever its path.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>What every request waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Answers 500 to all.</summary>
    public bool Fails { get; set; }

    public static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        await issuer.UpAsync();
        return issuer;
    }

    public async Task UpAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls(Authority);
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
    }

    public async Task DownAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public async ValueTask DisposeAsync() => await DownAsync();

    /// <summary>The claims of a good token that is valid for an hour from now on.</summary>
    public JsonObject Claims(DateTimeOffset now, string tenant, params string[] roles) => new()
    {
        ["iss"] = Issuer,
        ["aud"] = "login-audit",
        ["sub"] = "user-1",
        ["preferred_username"] = "kim@example.com",
        ["iat"] = now.ToUnixTimeSeconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        ["tenants"] = tenant,
        ["roles"] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]),
    };

    /// <summary>A token with these claims, signed with the issuer's first key.</summary>
    public string Sign(JsonObject claims) => Keys[0].Sign(claims, Keys[0].Algorithms[0]);

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        await Gate;
        var path = context.Request.Path.Value!;
        context.Response.Headers.AccessControlAllowOrigin = "*";
        if (Fails)
        {
            context.Response.StatusCode = 500;
        }
        else if (path.EndsWith("/.well-known/openid-configuration", StringComparison.Ordinal))
        {
            await context.Response.WriteAsJsonAsync(new
            {
                issuer = Issuer, jwks_uri = $"{Authority}/keys", authorization_endpoint = $"{Authority}/authorize", token_endpoint = $"{Authority}/token",
            });
        }
        else if (path == "/keys")
        {
            await context.Response.WriteAsJsonAsync(new { keys = Keys.Select(key => key.Jwk()) });
        }
        else if (path == "/authorize")
        {
            var query = context.Request.Query;
            _signIn = (query["code_challenge"].ToString(), query["nonce"].ToString(), query["client_id"].ToString());
            context.Response.Redirect($"{query["redirect_uri"]}?code=the-code&state={Uri.EscapeDataString(query["state"].ToString())}");
        }
        else if (path == "/token")
        {
            await GiveTokensAsync(context);
        }
        else
        {
            context.Response.StatusCode = 404;
        }
    }

    /// <summary>To whoever brings the code and, as PKCE has it, the verifier of its challenge.</summary>
    private async Task GiveTokensAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (form["code"] != "the-code" || challenge != _signIn.Challenge)
        {
            context.Response.StatusCode = 400;
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        var person = Claims(now, "demo");
        (person["aud"], person["name"]) = (_signIn.Client, "Kim Mina");
        if (_signIn.Nonce.Length > 0)
        {
            person["nonce"] = _signIn.Nonce;
        }

        await context.Response.WriteAsJsonAsync(new
        {
            access_token = Sign(Claims(now, "demo", "read", "export")), id_token = Sign(person), token_type = "Bearer", expires_in = 3600,
        });
    }
}

/// <summary>A key of a test's issuer, RSA or EC.</summary>
public sealed class TestKey
{
    private TestKey(string id, AsymmetricAlgorithm pair, params string[] algorithms) => (Id, Pair, Algorithms) = (id, pair, algorithms);

    public static TestKey Rsa { get; } = NewRsa("rsa-1");

    public static TestKey OtherRsa { get; } = NewRsa("rsa-2");

    public static TestKey Ec256 { get; } = new("ec-256", ECDsa.Create(ECCurve.NamedCurves.nistP256), "ES256");

    public static TestKey Ec384 { get; } = new("ec-384", ECDsa.Create(ECCurve.NamedCurves.nistP384), "ES384");

    public static TestKey Ec521 { get; } = new("ec-521", ECDsa.Create(ECCurve.NamedCurves.nistP521), "ES512");

    public static IReadOnlyList<TestKey> All { get; } = [Rsa, Ec256, Ec384, Ec521];

    public string Id { get; }

    public AsymmetricAlgorithm Pair { get; }

    public IReadOnlyList<string> Algorithms { get; }

    public string Sign(JsonObject claims, string algorithm, params (string Name, JsonNode? Value)[] header) =>
        Token(Header(algorithm, header), claims, data => Sign(data, algorithm));

    /// <summary>The header of a token that names this key.</summary>
    public JsonObject Header(string algorithm, params (string Name, JsonNode? Value)[] more)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = Id };
        foreach (var (name, value) in more)
        {
            header[name] = value;
        }

        return header;
    }

    public static string Token(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    public JsonObject Jwk()
    {
        var jwk = new JsonObject { ["kid"] = Id, ["use"] = "sig" };
        if (Pair is RSA rsa)
        {
            var key = rsa.ExportParameters(includePrivateParameters: false);
            jwk["kty"] = "RSA";
            jwk["n"] = Base64Url.EncodeToString(key.Modulus);
            jwk["e"] = Base64Url.EncodeToString(key.Exponent);
        }
        else
        {
            var key = ((ECDsa)Pair).ExportParameters(includePrivateParameters: false);
            jwk["kty"] = "EC";
            jwk["crv"] = $"P-{Id["ec-".Length..]}";
            jwk["x"] = Base64Url.EncodeToString(key.Q.X);
            jwk["y"] = Base64Url.EncodeToString(key.Q.Y);
        }

        return jwk;
    }

    private static TestKey NewRsa(string id) =>
        new(id, RSA.Create(2048), "RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

    private byte[] Sign(byte[] data, string algorithm)
    {
        var hash = new HashAlgorithmName("SHA" + algorithm[2..]);
        return Pair switch
        {
            RSA rsa => rsa.SignData(data, hash, algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
            ECDsa ec => ec.SignData(data, hash),
            _ => throw new InvalidOperationException(),
        };
    }
}
