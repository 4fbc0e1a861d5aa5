using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// A Parquet or Feather table with a column of raw ids (text or whole numbers) and a column of lists of numbers, read batch by batch.
/// </summary>
internal static class TableSource
{
    internal static RawVectors Read(
        string path,
        ModalityOptions options,
        string[] itemIds,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        RawIdLookup itemOf = new RawIds(IdKind.Item, itemIds).Lookup();
        using ForeignTable table = ForeignTable.Open(path);
        int[] columns = [table.Require(options.IdColumn, "'idColumn'"), table.Require(options.VectorColumn, "'vectorColumn'")];
        string name = Path.GetFileName(path);
        Matrix? values = options.Width > 0 ? new Matrix(itemIds.Length, options.Width) : null;
        var present = new bool[itemIds.Length];
        long done = 0;
        long repeated = 0;
        foreach (ForeignBatch batch in table.Batches(columns, cancellation))
        {
            ForeignValues ids = batch.Columns[0];
            ForeignValues vectors = batch.Columns[1];
            if (ids.IsVector)
            {
                throw new InputException(
                    $"'{path}': column '{options.IdColumn}' is {table.Columns[columns[0]].Type}, "
                        + "and item ids are text or whole numbers; name the right one with 'idColumn'"
                );
            }

            if (!vectors.IsVector)
            {
                throw new InputException(
                    $"'{path}': column '{options.VectorColumn}' is {table.Columns[columns[1]].Type}, "
                        + "and vectors are lists of numbers; name the right one with 'vectorColumn'"
                );
            }

            for (int row = 0; row < batch.RowCount; row++)
            {
                // An empty list is as good as none.
                if (
                    ids.Text(row) is not { } id
                    || !itemOf.TryFind(id, out int item)
                    || vectors.Width(row) is not (> 0 and var width)
                )
                {
                    continue;
                }

                values ??= new Matrix(itemIds.Length, width);
                if (width != values.Columns)
                {
                    throw new InputException(
                        $"'{path}', row {done + row}: the vector of '{id}' is {width} "
                            + $"wide, not {values.Columns}; correct the file or 'width'"
                    );
                }

                repeated += present[item] ? 1 : 0;
                if (!present[item])
                {
                    present[item] = true;
                    vectors.Vector(row, values.Row(item));
                }
            }

            done += batch.RowCount;
            progress?.Report(new WorkProgress($"reading {name}", "rows", done, table.RowCount ?? 0));
        }

        return new RawVectors(values ?? new Matrix(itemIds.Length, 0), present, $"column '{options.VectorColumn}' of {name}")
        {
            SourceRecords = done,
            RepeatedIds = repeated,
        };
    }
}
