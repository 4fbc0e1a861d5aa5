namespace CranePipeline.Tables;

/// <summary>Whole Parquet files in one call. <see cref="ParquetReader"/> and <see cref="ParquetWriter"/> do it piece by piece.</summary>
public static class ParquetFile
{
    /// <summary>Writes a table; the file appears under its name whole or not at all.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, Table table, ParquetWriteOptions? options = null)
    {
        using var writer = new ParquetWriter(path, ParquetWriter.SchemaOf(table), options);
        Write(writer, table);
    }

    /// <summary>Writes a table that comes in pieces of equal columns, which need not outlast the next one's coming; the first has its metadata.</summary>
    /// <returns>The number of rows.</returns>
    /// <exception cref="ArgumentException">There is no piece.</exception>
    public static long Write(string path, IEnumerable<Table> pieces, ParquetWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ParquetWriter? writer = null;
        long rows = 0;
        try
        {
            foreach (var piece in pieces)
            {
                if (writer is null)
                {
                    writer = new ParquetWriter(path, ParquetWriter.SchemaOf(piece), options);
                    SetMetadata(writer, piece);
                }
                writer.Append(piece);
                rows += piece.RowCount;
            }
            if (writer is null)
            {
                throw new ArgumentException("there is no piece to take the columns from", nameof(pieces));
            }
            writer.Complete();
            return rows;
        }
        finally
        {
            writer?.Dispose();
        }
    }

    /// <summary>Writes a table into a stream, which stays open.</summary>
    public static void Write(Stream stream, Table table, ParquetWriteOptions? options = null)
    {
        using var writer = new ParquetWriter(stream, ParquetWriter.SchemaOf(table), options);
        Write(writer, table);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The names of the columns to read, or null for all.</param>
    /// <exception cref="InputException">The file is not there or damaged, or has no such column.</exception>
    public static Table Read(string path, IReadOnlyCollection<string>? columns = null)
    {
        using var reader = ParquetReader.Open(path);
        return reader.Read(columns);
    }

    /// <summary>Reads what a stream holds.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="columns">The names of the columns to read, or null for all.</param>
    /// <exception cref="InputException">The bytes are damaged, or have no such column.</exception>
    public static Table Read(Stream stream, IReadOnlyCollection<string>? columns = null)
    {
        using var reader = ParquetReader.Open(stream);
        return reader.Read(columns);
    }

    private static void Write(ParquetWriter writer, Table table)
    {
        SetMetadata(writer, table);
        writer.CompleteWith(table);
    }

    private static void SetMetadata(ParquetWriter writer, Table table)
    {
        foreach (var (key, value) in table.Metadata)
        {
            writer.SetMetadata(key, value);
        }
    }
}
