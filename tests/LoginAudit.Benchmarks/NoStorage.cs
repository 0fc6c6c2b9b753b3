using System.Diagnostics.CodeAnalysis;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LoginAudit.Benchmarks;

/// <summary>Storage that takes whatever it is sent, at once: what is left is the cost of sending it.</summary>
internal sealed class NoStorage : HttpPipelineTransport
{
    private static readonly byte[] TransactionAnswer = Encoding.ASCII.GetBytes(
        "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
        + "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 204 No Content\r\nDataServiceVersion: 3.0;\r\n\r\n\r\n"
        + "--c--\r\n--b--\r\n");

    private static readonly HttpClientTransport Http = new();

    public override Request CreateRequest() => Http.CreateRequest();

    public override void Process(HttpMessage message)
    {
        message.Request.Content?.WriteTo(Stream.Null, message.CancellationToken);
        message.Response = AnswerTo(message.Request);
    }

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        if (message.Request.Content is { } content)
        {
            await content.WriteToAsync(Stream.Null, message.CancellationToken);
        }

        message.Response = AnswerTo(message.Request);
    }

    private static Answer AnswerTo(Request request) => request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal)
        ? new Answer(202, TransactionAnswer)
        : new Answer(204, []);

    private sealed class Answer(int status, byte[] body) : Response
    {
        private const string ContentType = "multipart/mixed; boundary=b";

        public override int Status => status;

        public override string ReasonPhrase => "";

        public override Stream? ContentStream { get; set; } = new MemoryStream(body);

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose() => ContentStream?.Dispose();

        protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [new HttpHeader(HttpHeader.Names.ContentType, ContentType)];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = name.Equals(HttpHeader.Names.ContentType, StringComparison.OrdinalIgnoreCase) ? ContentType : null;
            return value is not null;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = TryGetHeader(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
