using System.Collections.Concurrent;
using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>
/// Reads a table that <see cref="TableWriter"/> wrote, its row groups side by side, each thread with a reader of its own. Files come from the
/// artifact store, which has compared their hash: a damaged one is told where it is noticed, and nothing more is promised.
/// </summary>
internal sealed class TableReader : IDisposable
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
                    $"{path} cannot be read as a table of {what}: {ForeignText.Quoted(cause.Message.ReplaceLineEndings(" ").TrimEnd('.'), 300)}; rebuild it with -Force",
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

    /// <summary>A column of lists that all have one length, row after row.</summary>
    /// <exception cref="InputException">Lists differ in length.</exception>
    public (float[] Values, int Width) Vectors(DataField field)
    {
        int width = RowCount == 0 ? 0 : WidthOf(field);
        var values = GC.AllocateUninitializedArray<float>(Length(width));
        using var levels = new ThreadLocal<(int[] Definition, int[] Repetition)>(() => ([], []));
        Parallel(
            (reader, group) =>
            {
                (int first, int rows) = Place(group);
                int entries = rows * Math.Max(1, width);
                Expect(reader, group, field, entries);
                if (levels.Value.Definition.Length < entries)
                {
                    levels.Value = (new int[entries], new int[entries]);
                }

                (int[] definition, int[] repetition) = levels.Value;
                Memory<float> target = width == 0 ? new float[entries] : values.AsMemory(first * width, entries);
                Raw(reader, group, field, target, definition.AsMemory(0, entries), repetition.AsMemory(0, entries));
                int begun = repetition.AsSpan(0, entries).Count(0);
                bool whole = definition.AsSpan(0, entries).IndexOfAnyExcept(width == 0 ? ListLevels.Empty : ListLevels.Value) < 0;
                for (int row = 0; row < rows && whole; row++)
                {
                    whole = repetition[row * Math.Max(1, width)] == 0;
                }

                if (!whole || begun != rows)
                {
                    throw Damaged($"lists of several lengths in column {field.Path.FirstPart}");
                }
            }
        );
        return (values, width);
    }

    /// <summary>A column of lists of any length, their values one after the other.</summary>
    public (T[] Values, int[] Offsets) Lists<T>(DataField field)
        where T : struct
    {
        var parts = new (T[] Values, int[] Lengths)[GroupCount];
        Parallel(
            (reader, group) =>
            {
                int entries = Entries(reader, group, field);
                int[] definition = new int[entries];
                int[] repetition = new int[entries];
                var values = new T[entries];
                Raw<T>(reader, group, field, values, definition, repetition);
                int rows = Place(group).Rows;
                int[] lengths = new int[rows];
                int row = -1;
                for (int entry = 0; entry < entries; entry++)
                {
                    row += repetition[entry] == 0 ? 1 : 0;
                    lengths[row] += definition[entry] == ListLevels.Value ? 1 : 0;
                }

                parts[group] = row + 1 == rows ? (values, lengths) : throw Damaged($"{row + 1} lists in a group of {rows} rows");
            }
        );
        int[] offsets = new int[RowCount + 1];
        int at = 0;
        foreach (int length in parts.SelectMany(part => part.Lengths))
        {
            offsets[at + 1] = checked(offsets[at] + length);
            at++;
        }

        var all = new T[offsets[^1]];
        for (int group = 0; group < GroupCount; group++)
        {
            (int first, int rows) = Place(group);
            int length = offsets[first + rows] - offsets[first];
            parts[group].Values.AsSpan(0, length).CopyTo(all.AsSpan(offsets[first]));
        }

        return (all, offsets);
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
                        + $"{(found is null ? "missing" : "of another type")} among ({columns}); name the right file or rebuild it with -Force"
                );
            }
        }
    }

    private (int First, int Rows) Place(int group) => (firstRows[group], firstRows[group + 1] - firstRows[group]);

    private int Length(int width) =>
        (long)RowCount * width is var length && length <= Array.MaxLength
            ? (int)length
            : throw new InputException($"{path} has {RowCount} vectors of {width} values, more than one array holds");

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

    private int WidthOf(DataField field)
    {
        readers.TryPeek(out ParquetReader? reader);
        int group = Array.FindIndex(firstRows, 1, first => first > 0) - 1;
        int entries = Entries(reader!, group, field);
        // A list without values is one entry, too; its level tells it from a list of one.
        return entries != Place(group).Rows ? entries / Place(group).Rows
            : IsEmpty(reader!, group, field, entries) ? 0
            : 1;
    }

    private static bool IsEmpty(ParquetReader reader, int group, DataField field, int entries)
    {
        int[] definition = new int[entries];
        int[] repetition = new int[entries];
        Raw<float>(reader, group, field, new float[entries], definition, repetition);
        return definition[0] == ListLevels.Empty;
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
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        System.Threading.Tasks.Parallel.For(
            0,
            GroupCount,
            options,
            group =>
            {
                ParquetReader reader = readers.TryTake(out ParquetReader? free) ? free : Open(path);
                try
                {
                    read(reader, group);
                }
                finally
                {
                    readers.Add(reader);
                }
            }
        );
    }
}
