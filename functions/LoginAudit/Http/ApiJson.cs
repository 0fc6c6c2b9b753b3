using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LoginAudit.Log.Events;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Http;

/// <summary>How answers become JSON: camelCase, codes in snake_case, times in UTC, nothing written for null.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        NumberHandling = JsonNumberHandling.Strict,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = LoginEventJson.Encoder,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
            new InstantConverter(),
            new LoginEventConverter(),
        },
    };

    public static IResult Ok(object value) => CompressedAnswer.Json(value);

    public static IResult Status(int status, object value) => Results.Json(value, Options, statusCode: status);

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            IsoTime.TryParse(reader.GetString() ?? "", out var instant, out _)
                ? instant
                : throw new JsonException($"takes {IsoTime.Takes}");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(IsoTime.Text(value));
    }

    private sealed class LoginEventConverter : JsonConverter<LoginEvent>
    {
        public override LoginEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Events are read by the parsers of Ingest.");

        public override void Write(Utf8JsonWriter writer, LoginEvent value, JsonSerializerOptions options) =>
            LoginEventJson.Write(writer, value, withRaw: true);
    }
}
