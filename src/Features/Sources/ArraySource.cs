using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>A NumPy array of vectors, its rows named by a list of raw ids or by being the raw ids themselves.</summary>
internal static class ArraySource
{
    // Rows read at once: enough for the disk, few enough for the progress to move.
    private const int BlockRows = 4096;

    internal static RawVectors Read(
        string path,
        ModalityOptions options,
        string[] itemIds,
        string dataFolder,
        int rawItems,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        NpyShape shape = NpyFile.ReadShape(path);
        if (shape.Dimensions == 1)
        {
            throw new InputException(
                $"'{path}' has one dimension of {shape.Rows} numbers, and the data set {itemIds.Length} items: a row an "
                    + $"item is needed; save it reshaped, [{itemIds.Length}, "
                    + $"{Math.Max(1, shape.Rows / Math.Max(1, itemIds.Length))}] perhaps"
            );
        }

        if (options.Width > 0 && shape.Columns != options.Width)
        {
            throw new InputException($"'{path}' is {shape.Columns} wide, not {options.Width}; correct 'width' or the file.");
        }

        (int[] rowOf, long repeated) = options.Ids is { } ids
            ? RowsByList(Path.Combine(dataFolder, ids), options.IdColumn, path, shape.Rows, itemIds, cancellation)
            : (RowsByNumber(path, shape.Rows, itemIds, rawItems), 0);
        var present = new bool[itemIds.Length];
        var order = new List<(int Row, int Item)>(itemIds.Length);
        for (int item = 0; item < rowOf.Length; item++)
        {
            if (rowOf[item] >= 0)
            {
                present[item] = true;
                order.Add((rowOf[item], item));
            }
        }

        // In the file's order, so that it is read from front to back.
        order.Sort();
        var values = new Matrix(itemIds.Length, (int)shape.Columns);
        string name = Path.GetFileName(path);
        int blockRows = shape.FortranOrder ? Math.Max(1, order.Count) : BlockRows;
        for (int first = 0; first < order.Count; first += blockRows)
        {
            cancellation.ThrowIfCancellationRequested();
            List<(int Row, int Item)> block = order.GetRange(first, Math.Min(blockRows, order.Count - first));
            NpyMatrix rows = NpyFile.ReadRows(path, block.ConvertAll(entry => entry.Row));
            for (int row = 0; row < block.Count; row++)
            {
                rows.Row(row).CopyTo(values.Row(block[row].Item));
            }

            progress?.Report(new WorkProgress($"reading {name}", "rows", first + block.Count, order.Count));
        }

        return new RawVectors(values, present, $"rows of {name}") { SourceRecords = shape.Rows, RepeatedIds = repeated };
    }

    // Without ids a row is its item's raw number, so that the file must have a row for each item there was before any was filtered out.
    private static int[] RowsByNumber(string path, long rows, string[] itemIds, int rawItems)
    {
        long expected = rawItems;
        var rowOf = new int[itemIds.Length];
        for (int item = 0; item < itemIds.Length; item++)
        {
            if (!int.TryParse(itemIds[item], NumberStyles.None, CultureInfo.InvariantCulture, out int row))
            {
                throw new InputException(
                    $"'{path}' has no list of ids, and the raw item id '{itemIds[item]}' is no row number; give the file's ids with 'ids'."
                );
            }

            rowOf[item] = row;
            expected = Math.Max(expected, row + 1L);
        }

        return rows == expected
            ? rowOf
            : throw new InputException(
                $"'{path}' has {rows} rows and the data set {expected} items, so they do not belong "
                    + "together; give the file of this data set, or the raw id of each row with 'ids'"
            );
    }

    private static (int[] RowOf, long Repeated) RowsByList(
        string idsPath,
        string idColumn,
        string path,
        long rows,
        string[] itemIds,
        CancellationToken cancellation
    )
    {
        RawIdLookup itemOf = new RawIds(IdKind.Item, itemIds).Lookup();
        var rowOf = new int[itemIds.Length];
        Array.Fill(rowOf, -1);
        int row = 0;
        long repeated = 0;
        foreach (string? id in IdList(idsPath, idColumn, cancellation))
        {
            if (id is not null && itemOf.TryFind(id, out int item))
            {
                repeated += rowOf[item] < 0 ? 0 : 1;
                rowOf[item] = rowOf[item] < 0 ? row : rowOf[item];
            }

            row++;
        }

        return row == rows
            ? (rowOf, repeated)
            : throw new InputException($"'{idsPath}' has {row} ids and '{path}' {rows} rows; they do not belong together");
    }

    /// <summary>
    /// The raw id of each row: lines of text, or the one column of a table, or of several the one that the settings name.
    /// </summary>
    private static IEnumerable<string?> IdList(string path, string idColumn, CancellationToken cancellation)
    {
        InputFile.Check(path, "ids");
        return ForeignTable.IsOne(path) ? IdColumn(path, idColumn, cancellation) : InputFile.Lines(path);
    }

    private static IEnumerable<string?> IdColumn(string path, string name, CancellationToken cancellation)
    {
        using ForeignTable table = ForeignTable.Open(path);
        int column = table.Columns.Count == 1 ? 0 : table.Require(name, "'idColumn'");
        foreach (ForeignBatch batch in table.Batches([column], cancellation))
        {
            for (int row = 0; row < batch.RowCount; row++)
            {
                yield return batch.Columns[0].Text(row);
            }
        }
    }
}
