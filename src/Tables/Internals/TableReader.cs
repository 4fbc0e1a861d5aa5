using System.Collections.Concurrent;
using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>
/// Reads a table that <see cref="TableWriter"/> wrote, its row groups side by side, each thread with a reader of its own. Files
/// come from the artifact store, which has compared their hash: a damaged one is told where it is noticed, and nothing more is
/// promised.
/// </summary>
internal sealed partial class TableReader : IDisposable
{
    private readonly string path;
    private readonly ConcurrentBag<ParquetReader> readers = [];
    private readonly int[] firstRows;

    private TableReader(string path, ParquetReader first)
    {
        this.path = path;
        readers.Add(first);
        Schema = first.Schema;
        Metadata = first.CustomMetadata;
        firstRows = new int[first.RowGroupCount + 1];
        for (int each = 0; each < first.RowGroupCount; each++)
        {
            long rows = first.OpenRowGroupReader(each).RowCount;
            firstRows[each + 1] = rows >= 0 ? checked((int)(firstRows[each] + rows)) : throw Damaged($"a group of {rows} rows");
        }
    }

    /// <summary>The file's columns.</summary>
    public ParquetSchema Schema { get; }

    /// <summary>Rows in all groups.</summary>
    public int RowCount => firstRows[^1];

    private int GroupCount => firstRows.Length - 1;

    private Dictionary<string, string> Metadata { get; }

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it should hold, for people: "interactions".</param>
    /// <param name="schema">Columns it must have.</param>
    /// <param name="read">Takes the columns from the reader.</param>
    /// <exception cref="InputException">The file is missing, is no such table, or cannot be read.</exception>
    public static T Read<T>(string path, string what, ParquetSchema schema, Func<TableReader, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new InputException(
                Directory.Exists(path)
                    ? $"{path} is a folder, not a table of {what}"
                    : $"there is no file {path}; check the path or run the stage that writes it"
            );
        }

        try
        {
            using var reader = new TableReader(path, Open(path));
            reader.Check(what, schema);
            return read(reader);
        }
        catch (Exception problem) when (Cause(problem) is var cause and not (OperationCanceledException or OutOfMemoryException))
        {
            // Parquet.Net tells damage by whatever its decoders stumble on, down to an index out of range.
            throw cause as InputException
                ?? new InputException(
                    $"{path} cannot be read as a table of {what}: "
                        + $"{ForeignText.Quoted(cause.Message.ReplaceLineEndings(" ").TrimEnd('.'), 300)}; rebuild it with -Force",
                    cause
                );
        }
    }

    /// <summary>A whole number that belongs to the table.</summary>
    public int Number(string key) =>
        Metadata.TryGetValue(key, out string? text)
        && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Damaged($"no number '{key}' in its metadata");

    /// <summary>A column that has a value in every row.</summary>
    public T[] Column<T>(DataField field)
        where T : struct
    {
        var values = GC.AllocateUninitializedArray<T>(RowCount);
        Parallel(
            (reader, group) =>
            {
                (int first, int rows) = Place(group);
                Expect(reader, group, field, rows);
                Raw(reader, group, field, values.AsMemory(first, rows), null, null);
            }
        );
        return values;
    }

    /// <summary>A column whose rows may be without a value; null if all are.</summary>
    public OptionalColumn<T>? Optional<T>(DataField field)
        where T : struct
    {
        var values = new T[RowCount];
        var present = new bool[RowCount];
        int missing = 0;
        Parallel(
            (reader, group) =>
            {
                (int first, int rows) = Place(group);
                Expect(reader, group, field, rows);
                int[] levels = new int[rows];
                Span<T> target = values.AsSpan(first, rows);
                Raw(reader, group, field, values.AsMemory(first, rows), levels, null);
                int filled = levels.AsSpan().Count(1);
                Interlocked.Add(ref missing, rows - filled);
                // Values stand close together at the beginning; they are spread from the end.
                for (int row = rows - 1; row >= 0; row--)
                {
                    present[first + row] = levels[row] == 1;
                    target[row] = levels[row] == 1 ? target[--filled] : default;
                }
            }
        );
        return missing == RowCount ? null : new OptionalColumn<T>(values, missing == 0 ? null : present);
    }

    /// <summary>A column of texts, null where a row has none.</summary>
    public string?[] Texts(DataField field)
    {
        var texts = new string?[RowCount];
        Parallel(
            (reader, group) =>
            {
                (int first, int rows) = Place(group);
                Expect(reader, group, field, rows);
                var values = new ReadOnlyMemory<char>[rows];
                int[]? levels = field.IsNullable ? new int[rows] : null;
                Raw<ReadOnlyMemory<char>>(reader, group, field, values, levels is null ? default(Memory<int>?) : levels, null);
                int at = 0;
                for (int row = 0; row < rows; row++)
                {
                    texts[first + row] = levels is null || levels[row] == 1 ? values[at++].ToString() : null;
                }
            }
        );
        return texts;
    }

    public void Dispose()
    {
        foreach (ParquetReader reader in readers)
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static ParquetReader Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        try
        {
            return ParquetReader
                .CreateAsync(new InlineStream(file), new ParquetOptions(), leaveStreamOpen: false)
                .GetAwaiter()
                .GetResult();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Exception Cause(Exception problem) =>
        problem is AggregateException { InnerException: { } inner } ? Cause(inner) : problem;

    private InputException Damaged(string how) => new($"{path} is damaged: it has {how}; rebuild it with -Force");

    private void Check(string what, ParquetSchema schema)
    {
        DataField[] there = Schema.GetDataFields();
        foreach (DataField field in schema.GetDataFields())
        {
            DataField? found = Array.Find(there, other => other.Path.Equals(field.Path));
            if (
                found is null
                || found.ClrType != field.ClrType
                || found.MaxDefinitionLevel != field.MaxDefinitionLevel
                || found.MaxRepetitionLevel != field.MaxRepetitionLevel
            )
            {
                string columns = string.Join(", ", Schema.Fields.Select(column => column.Name));
                throw new InputException(
                    $"{path} is no table of {what}: its column {field.Path.FirstPart} is "
                        + $"{(found is null ? "missing" : "of another type")} among "
                        + $"({columns}); name the right file or rebuild it with -Force"
                );
            }
        }
    }

    private (int First, int Rows) Place(int group) => (firstRows[group], firstRows[group + 1] - firstRows[group]);

    private static int Entries(ParquetReader reader, int group, DataField field) =>
        checked((int)(reader.OpenRowGroupReader(group).GetMetadata(field)?.MetaData?.NumValues ?? 0));

    private void Expect(ParquetReader reader, int group, DataField field, int entries)
    {
        int there = Entries(reader, group, field);
        if (there != entries)
        {
            throw Damaged($"{there} values where {entries} belong in column {field.Path.FirstPart}");
        }
    }

    private static void Raw<T>(
        ParquetReader reader,
        int group,
        DataField field,
        Memory<T> values,
        Memory<int>? definition,
        Memory<int>? repetition
    )
        where T : struct
    {
        if (Entries(reader, group, field) > 0)
        {
            ValueTask task = reader.OpenRowGroupReader(group).ReadRawAsync(field, values, definition, repetition);
            task.AsTask().GetAwaiter().GetResult();
        }
    }

    private void Parallel(Action<ParquetReader, int> read)
    {
        // A thread for all its groups: what decoding lends from the shared pool is kept by thread, and large.
        int next = -1;
        System.Threading.Tasks.Parallel.For(
            0,
            Math.Min(Environment.ProcessorCount, GroupCount),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            _ =>
            {
                ParquetReader reader = readers.TryTake(out ParquetReader? free) ? free : Open(path);
                try
                {
                    for (int group; (group = Interlocked.Increment(ref next)) < GroupCount; )
                    {
                        read(reader, group);
                    }
                }
                finally
                {
                    readers.Add(reader);
                }
            }
        );
    }
}
