using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace LoginAudit.Log.Tables;

/// <summary>Reads a table that may not be there yet, or be dropped at any time: then it has no rows.</summary>
internal static class DayTablePages
{
    public static async IAsyncEnumerable<Page<TableEntity>> PagesOrNoneAsync(
        this TableClient table,
        string filter,
        int pageSize,
        IEnumerable<string>? columns,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = table.QueryAsync<TableEntity>(filter, pageSize, columns, cancellationToken).AsPages();
        await using var reader = pages.GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(reader))
        {
            yield return reader.Current;
        }
    }

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<Page<TableEntity>> reader)
    {
        try
        {
            return await reader.MoveNextAsync();
        }
        catch (RequestFailedException e) when (e.IsTableGone())
        {
            return false;
        }
    }
}
