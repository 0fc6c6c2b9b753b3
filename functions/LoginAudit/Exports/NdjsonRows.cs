using System.Text.Json;
using LoginAudit.Log.Events;

namespace LoginAudit.Exports;

/// <summary>Our own event, one JSON object a line: the same as in a search's answer.</summary>
internal sealed class NdjsonRows(Stream stream) : IExportRows
{
    private readonly Utf8JsonWriter _writer = new(stream, LoginEventJson.WriterOptions);

    public void Write(LoginEvent e)
    {
        LoginEventJson.Write(_writer, e);
        _writer.Flush();
        _writer.Reset();
        stream.WriteByte((byte)'\n');
    }

    public void Dispose() => _writer.Dispose();
}
