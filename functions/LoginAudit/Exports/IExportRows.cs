using LoginAudit.Events;

namespace LoginAudit.Exports;

/// <summary>A text format over a stream: a head once, then one row for each event, each written through at once.</summary>
internal interface IExportRows : IDisposable
{
    void WriteHead();

    void Write(LoginEvent e);
}
