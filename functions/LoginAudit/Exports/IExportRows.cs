using LoginAudit.Log.Events;

namespace LoginAudit.Exports;

/// <summary>A format over the block of a file that is in the making.</summary>
internal interface IExportRows : IDisposable
{
    /// <summary>Bytes that the rows held back will take, about; formats that write each row at once hold none.</summary>
    long Held => 0;

    /// <summary>Whether the file has an end of its own, so that it can only be gone on with where that was committed.</summary>
    bool HasEnd => false;

    void Write(LoginEvent e);

    /// <summary>Puts into the block what is held back.</summary>
    Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Puts the file's end into the block. Nothing can be written after it.</summary>
    Task EndAsync() => Task.CompletedTask;
}
