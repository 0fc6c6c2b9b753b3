using System.Globalization;
using DuckDB.NET.Data;

namespace LoginAudit.Tests.Exports;

/// <summary>Reads a Parquet file with DuckDB.</summary>
internal static class ParquetFile
{
    /// <summary>A row a line, its values with spaces between them.</summary>
    /// <param name="content">The file.</param>
    /// <param name="sql"><c>FILE</c> stands for the file as a table, <c>PATH</c> for its path as a text.</param>
    public static List<string> Query(byte[] content, string sql)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, content);
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql.Replace("FILE", $"read_parquet('{path}')", StringComparison.Ordinal).Replace("PATH", $"'{path}'", StringComparison.Ordinal);
            using var reader = command.ExecuteReader();
            var lines = new List<string>();
            while (reader.Read())
            {
                lines.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
            }

            return lines;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Text(object value) => value is DBNull ? "NULL" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
