using Parquet;
using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>
/// Writes a table with Parquet.Net, row group after row group and on one thread, so that its bytes follow from its values alone. Pages
/// are of version 1, values plain or by dictionary: what every reader since Spark 3.0 knows.
/// </summary>
internal sealed class TableWriter
{
    /// <summary>Rows of a group in a table without lists.</summary>
    public const int PlainGroupRows = 1 << 20;

    /// <summary>Rows of a group in a table of vectors: what a reader has to hold at once, 32 MiB of 4,096 values each.</summary>
    public const int VectorGroupRows = 2048;

    private readonly ParquetWriter writer;
    private readonly CancellationToken cancellation = CancellationToken.None;
    private ParquetRowGroupWriter? group;

    private TableWriter(ParquetWriter writer) => this.writer = writer;

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">Where.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="write">Writes the groups, by <see cref="Group"/>.</param>
    /// <param name="metadata">Numbers that belong to the table as a whole.</param>
    /// <param name="byDictionary">Columns of text in which few values repeat.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(
        string path,
        ParquetSchema schema,
        Action<TableWriter> write,
        IReadOnlyDictionary<string, string>? metadata = null,
        params ReadOnlySpan<DataField> byDictionary
    )
    {
        // Snappy takes as long as it saves on numbers that seldom repeat, and gigabytes on lists of floats.
        var options = new ParquetOptions
        {
            CompressionMethod = CompressionMethod.None,
            // A page of vectors is larger than what Parquet.Net keeps by default, and would be new large objects every time.
            MaximumSmallPoolFreeBytes = 2 * VectorGroupRows * 4096 * sizeof(float),
        };
        foreach (DataField field in byDictionary)
        {
            options.ColumnEncodingHints[field.Path.ToString()] = EncodingHint.Dictionary;
        }

        WholeFile.Write(
            path,
            stream =>
            {
                var bytes = new InlineStream(stream);
                ParquetWriter parquet = Wait(ParquetWriter.CreateAsync(schema, bytes, options));
                if (metadata is not null)
                {
                    parquet.CustomMetadata = metadata;
                }

                write(new TableWriter(parquet));
                parquet.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        );
    }

    /// <summary>Cuts rows into groups.</summary>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="groupRows">Rows of a group.</param>
    /// <param name="write">Writes the columns of one group, in the schema's order; takes the first row and their number.</param>
    public void Groups(int rows, int groupRows, Action<int, int> write)
    {
        for (int first = 0; first < rows; first += groupRows)
        {
            int start = first;
            Group(() => write(start, Math.Min(groupRows, rows - start)));
        }
    }

    /// <summary>Writes one group.</summary>
    public void Group(Action write)
    {
        using (group = writer.CreateRowGroup())
        {
            write();
            group.CompleteValidate();
        }
    }

    /// <summary>A column that has a value in every row.</summary>
    public void Column<T>(DataField field, ReadOnlyMemory<T> values)
        where T : struct => Wait(group!.WriteAllPartsAsync(field, values, null, null, cancellation));

    /// <summary>Some rows of a column whose rows may be without a value.</summary>
    public void Column<T>(DataField field, OptionalColumn<T>? column, int first, int count)
        where T : struct
    {
        int[] levels = new int[count];
        var values = new T[count];
        int filled = 0;
        for (int row = 0; column is not null && row < count; row++)
        {
            if (column.Present is null || column.Present[first + row])
            {
                values[filled++] = column.Values[first + row];
                levels[row] = 1;
            }
        }

        Wait(group!.WriteAllPartsAsync<T>(field, values.AsMemory(0, filled), levels, null, cancellation));
    }

    /// <summary>A column of texts; only an optional field takes a null.</summary>
    public void Column(DataField field, ReadOnlySpan<string?> texts)
    {
        var values = new ReadOnlyMemory<char>[texts.Length];
        int[]? levels = field.IsNullable ? new int[texts.Length] : null;
        int filled = 0;
        for (int row = 0; row < texts.Length; row++)
        {
            if (texts[row] is { } text)
            {
                values[filled++] = text.AsMemory();
                levels?[row] = 1;
            }
            else if (levels is null)
            {
                throw new ArgumentException($"column {field.Name} has a value in every row, and row {row} is null");
            }
        }

        // A null array, and null itself, would become memory without rows.
        ReadOnlyMemory<int>? definition = levels is null ? default(ReadOnlyMemory<int>?) : levels;
        Wait(group!.WriteAllPartsAsync<ReadOnlyMemory<char>>(field, values.AsMemory(0, filled), definition, null, cancellation));
    }

    /// <summary>A column of lists of values.</summary>
    public void Lists<T>(
        DataField field,
        ReadOnlyMemory<T> values,
        ReadOnlyMemory<int> definition,
        ReadOnlyMemory<int> repetition
    )
        where T : struct => Wait(group!.WriteAllPartsAsync(field, values, definition, repetition, cancellation));

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static TResult Wait<TResult>(Task<TResult> task) => task.GetAwaiter().GetResult();
}
