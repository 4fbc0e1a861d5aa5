using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>A Parquet table with a column of raw ids (text or integers) and a column of lists of floats, read row group by row group.</summary>
internal static class ParquetSource
{
    internal static RawVectors Read(
        string path,
        ModalityOptions options,
        string[] itemIds,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        var itemOf = new Dictionary<string, int>(itemIds.Length, StringComparer.Ordinal);
        for (int item = 0; item < itemIds.Length; item++)
        {
            itemOf[itemIds[item]] = item;
        }

        using ParquetReader reader = ParquetReader.Open(path);
        string name = Path.GetFileName(path);
        Matrix? values = options.Width > 0 ? new Matrix(itemIds.Length, options.Width) : null;
        var present = new bool[itemIds.Length];
        long done = 0;
        long repeated = 0;
        foreach (Table table in reader.ReadRowGroups([options.IdColumn, options.VectorColumn], cancellation))
        {
            Func<int, string?> idOf = Ids(table, options.IdColumn, path);
            for (int row = 0; row < table.RowCount; row++)
            {
                if (idOf(row) is not { } id || !itemOf.TryGetValue(id, out int item))
                {
                    continue;
                }

                int width = Width(table, options.VectorColumn, row, path);
                if (width < 0)
                {
                    continue;
                }

                values ??= new Matrix(itemIds.Length, width);
                if (width != values.Columns)
                {
                    throw new InputException(
                        $"'{path}', row {done + row}: the vector of '{id}' is {width} wide, not {values.Columns}; correct the file or 'width'."
                    );
                }

                repeated += present[item] ? 1 : 0;
                if (!present[item])
                {
                    present[item] = true;
                    Copy(table, options.VectorColumn, row, values.Row(item));
                }
            }

            done += table.RowCount;
            progress?.Report(new WorkProgress($"reading {name}", "rows", done, reader.RowCount));
        }

        return new RawVectors(values ?? new Matrix(itemIds.Length, 0), present, $"column '{options.VectorColumn}' of {name}")
        {
            SourceRecords = done,
            RepeatedIds = repeated,
        };
    }

    private static Func<int, string?> Ids(Table table, string column, string path) =>
        Find(table, column) switch
        {
            StringColumn text => row => text.Values[row],
            Int32Column numbers => row =>
                numbers.IsMissing(row) ? null : numbers.Values[row].ToString(CultureInfo.InvariantCulture),
            Int64Column numbers => row =>
                numbers.IsMissing(row) ? null : numbers.Values[row].ToString(CultureInfo.InvariantCulture),
            Column other => throw new InputException(
                $"'{path}': column '{column}' is {other.Type}, and item ids are text or whole numbers; name the right one with 'idColumn'."
            ),
        };

    // −1 for a missing list.
    private static int Width(Table table, string column, int row, string path) =>
        Find(table, column) switch
        {
            Column missing when missing.IsMissing(row) => -1,
            FloatListColumn floats => floats.Row(row).Length,
            DoubleListColumn doubles => doubles.Row(row).Length,
            Column other => throw new InputException(
                $"'{path}': column '{column}' is {other.Type}, and vectors are lists of floats; name the right one with 'vectorColumn'."
            ),
        };

    private static void Copy(Table table, string column, int row, Span<float> target)
    {
        if (Find(table, column) is FloatListColumn floats)
        {
            floats.Row(row).CopyTo(target);
            return;
        }

        ReadOnlySpan<double> wide = ((DoubleListColumn)Find(table, column)).Row(row);
        for (int index = 0; index < target.Length; index++)
        {
            target[index] = (float)wide[index];
        }
    }

    private static Column Find(Table table, string name) => table.Get<Column>(name);
}
