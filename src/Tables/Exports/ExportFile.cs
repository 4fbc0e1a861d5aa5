namespace CranePipeline.Tables;

/// <summary>How a table is exported.</summary>
public enum ExportFormat
{
    /// <summary>Feather of version 2, which is an Arrow IPC file.</summary>
    Feather,

    /// <summary>Parquet.</summary>
    Parquet,

    /// <summary>Comma-separated text with a heading line (RFC 4180), UTF-8; a vector's values are columns.</summary>
    Csv,
}

/// <summary>Writes tables for other people's programs.</summary>
public static class ExportFile
{
    /// <summary>Writes a table, whole or not at all.</summary>
    /// <param name="path">Where; missing folders are made.</param>
    /// <param name="format">How.</param>
    /// <param name="table">What.</param>
    /// <param name="neutralizeFormulas">Whether text that a spreadsheet would run as a formula gets an apostrophe before it, in
    /// CSV.</param>
    /// <param name="cancellation">Looked at between groups of rows; then nothing is left behind.</param>
    /// <returns>How many cells were neutralised.</returns>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static long Write(
        string path,
        ExportFormat format,
        ExportTable table,
        bool neutralizeFormulas = true,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        string full = Path.GetFullPath(path);
        WholeFile.MakeFolderOf(full);
        long neutralized = 0;
        switch (format)
        {
            case ExportFormat.Feather:
                FeatherWriter.Write(full, table, cancellation);
                break;
            case ExportFormat.Parquet:
                ParquetExport.Write(full, table, cancellation);
                break;
            default:
                neutralized = CsvWriter.Write(full, table, neutralizeFormulas, cancellation);
                break;
        }

        return neutralized;
    }
}
