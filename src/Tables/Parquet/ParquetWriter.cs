namespace CranePipeline.Tables;

/// <summary>
/// Writes a Parquet file row group by row group, so that a table of any length takes the memory of one. The file appears under its
/// name when <see cref="Complete"/> returns, and not at all where that is never called.
/// </summary>
public sealed class ParquetWriter : IDisposable
{
    private static readonly byte[] Magic = "PAR1"u8.ToArray();
    private readonly Stream stream;
    private readonly string? path;
    private readonly string? staging;
    private readonly ParquetWriteOptions options;
    private readonly FileMetadata file = new() { CreatedBy = "crane-pipeline version 0.1.0" };
    private readonly SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly RowGroupCutter cutter;
    private readonly List<RowGroupRows> ready = [];
    private long readyBytes;
    private long position;
    private bool isComplete;

    /// <summary>Starts a file beside its final name.</summary>
    /// <param name="path">Where the file is to be; the folder must exist.</param>
    /// <param name="schema">The columns of every table that will be appended: see <see cref="SchemaOf"/>.</param>
    /// <param name="options">How to lay the file out, or null for the defaults.</param>
    /// <exception cref="InputException">The file cannot be made, or the compression is not there.</exception>
    public ParquetWriter(string path, IReadOnlyList<ParquetField> schema, ParquetWriteOptions? options = null)
        : this(schema, options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        this.path = path;
        staging = path + ".part";
        stream = OutputFile.Create(path, staging);
        Start();
    }

    /// <summary>Starts a file in a stream, which stays open.</summary>
    /// <param name="stream">Where the bytes go; it need not be seekable.</param>
    /// <param name="schema">The columns of every table that will be appended.</param>
    /// <param name="options">How to lay the file out, or null for the defaults.</param>
    public ParquetWriter(Stream stream, IReadOnlyList<ParquetField> schema, ParquetWriteOptions? options = null)
        : this(schema, options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        this.stream = stream;
        Start();
    }

    private ParquetWriter(IReadOnlyList<ParquetField> schema, ParquetWriteOptions? options)
    {
        ArgumentNullException.ThrowIfNull(schema);
        this.options = options ?? new ParquetWriteOptions();
        if (!PageCodec.CanWrite(this.options.Compression))
        {
            var name = schema.Count > 0 ? schema[0].Name : "";
            throw new InputException($"{path ?? "the stream"}: column '{name}' {PageCodec.WhyNot(this.options.Compression)}");
        }
        Schema = schema;
        cutter = new RowGroupCutter(this.options, MakeReady);
        file.Schema.AddRange(WriteSchema.Elements(schema));
        stream = Stream.Null;
    }

    /// <summary>The columns every table must have, in order.</summary>
    public IReadOnlyList<ParquetField> Schema { get; }

    /// <summary>The schema of a table. Columns are optional where rows of it are missing, or all where more tables with missing rows may follow.</summary>
    public static IReadOnlyList<ParquetField> SchemaOf(Table table, bool allOptional = false)
    {
        ArgumentNullException.ThrowIfNull(table);
        var fields = new ParquetField[table.Columns.Count];
        for (var c = 0; c < fields.Length; c++)
        {
            var field = ParquetField.Of(table.Columns[c]);
            fields[c] = field with { IsOptional = field.IsOptional || allOptional };
        }
        return fields;
    }

    /// <summary>Adds a key-value string to the file; of two with the same key the later stays.</summary>
    public void SetMetadata(string key, string value) => metadata[key] = value;

    /// <summary>Appends rows. They are gathered until a row group is full, so tables may be of any size.</summary>
    /// <exception cref="InputException">The disk is full or the file cannot be written.</exception>
    public void Append(Table table, CancellationToken cancellation = default)
    {
        Gather(table, isLast: false, cancellation);
        // The caller may change the table from here on.
        WriteReady();
    }

    /// <summary>Appends the last rows and completes the file, without keeping a copy of any.</summary>
    internal void CompleteWith(Table table)
    {
        Gather(table, isLast: true, CancellationToken.None);
        Complete();
    }

    private void Gather(Table table, bool isLast, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(table);
        ObjectDisposedException.ThrowIf(isComplete, this);
        CheckSchema(table);
        cutter.Add(table, isLast, cancellation);
    }

    /// <summary>Writes what is left and the footer, and puts the file under its name.</summary>
    /// <exception cref="InputException">The disk is full or the file cannot be written.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(isComplete, this);
        cutter.Flush();
        WriteReady();
        foreach (var (key, value) in metadata)
        {
            file.KeyValues.Add(new(key, value));
        }
        var footer = new ByteBuffer();
        MetadataWriter.File(file, footer);
        footer.Int32(footer.Length);
        footer.Bytes(Magic);
        Write(footer.Written);
        isComplete = true;
        if (path is not null)
        {
            OutputFile.Commit(stream, staging!, path);
        }
        else
        {
            stream.Flush();
        }
    }

    /// <summary>Ends the writing; a file that was not completed is removed.</summary>
    public void Dispose()
    {
        if (path is not null && !isComplete)
        {
            isComplete = true;
            stream.Dispose();
            File.Delete(staging!);
        }
    }

    private void Start()
    {
        try
        {
            Write(Magic);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Lets a row group wait for others, as many as together are about as large as one may be: more columns keep more processors busy.</summary>
    private void MakeReady(RowGroupRows group)
    {
        ready.Add(group);
        readyBytes += group.Bytes;
        if (readyBytes >= options.RowGroupBytes)
        {
            WriteReady();
        }
    }

    private void WriteReady()
    {
        var width = Schema.Count;
        var chunks = new (ChunkBytes Bytes, ColumnChunkMetadata Metadata)[ready.Count * width];
        try
        {
            Parallel.For(
                0,
                chunks.Length,
                index =>
                {
                    var group = ready[index / width];
                    var c = index % width;
                    chunks[index] = ChunkWriter.Write(
                        Schema[c],
                        ColumnRows.Of(group.Columns[c], Schema[c], group.Start, group.Count),
                        options
                    );
                }
            );
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } cause)
        {
            throw new InputException(cause.Message, e);
        }
        for (var group = 0; group < ready.Count; group++)
        {
            WriteGroup(ready[group].Count, chunks.AsSpan(group * width, width));
            ready[group].Release();
        }
        ready.Clear();
        readyBytes = 0;
    }

    private void WriteGroup(int count, ReadOnlySpan<(ChunkBytes Bytes, ColumnChunkMetadata Metadata)> chunks)
    {
        var group = new RowGroupMetadata { RowCount = count };
        foreach (var (bytes, chunk) in chunks)
        {
            chunk.DataPageOffset += position;
            chunk.DictionaryPageOffset += position;
            group.ByteSize += chunk.UncompressedSize;
            group.Columns.Add(chunk);
            bytes.WriteTo(Write);
            bytes.Release();
        }
        file.RowGroups.Add(group);
        file.RowCount += count;
    }

    private void CheckSchema(Table table)
    {
        if (table.Columns.Count != Schema.Count)
        {
            throw new ArgumentException(
                $"a table of {table.Columns.Count} columns where the file has {Schema.Count}",
                nameof(table)
            );
        }
        for (var c = 0; c < Schema.Count; c++)
        {
            var field = ParquetField.Of(table.Columns[c]);
            if (
                (field with { IsOptional = true }) != (Schema[c] with { IsOptional = true })
                || (field.IsOptional && !Schema[c].IsOptional)
            )
            {
                throw new ArgumentException($"column {c} of the table is {field}, the file's is {Schema[c]}", nameof(table));
            }
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
        }
        catch (IOException e) when (path is not null)
        {
            throw new InputException($"cannot write {path}: {e.Message}", e);
        }
        position += bytes.Length;
    }
}
