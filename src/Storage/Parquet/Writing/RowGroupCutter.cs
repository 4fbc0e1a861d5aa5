namespace CranePipeline.Storage;

/// <summary>Cuts tables of any size into row groups: small ones are joined, large ones divided, and none is copied without need.</summary>
/// <param name="options">How large a row group may be.</param>
/// <param name="emit">Is given every row group, in order.</param>
internal sealed class RowGroupCutter(ParquetWriteOptions options, Action<RowGroupRows> emit)
{
    private readonly List<Table> pending = [];
    private long pendingRows;
    private long pendingBytes;

    /// <summary>Takes the rows of a table. Those that do not fill a row group are kept as a copy, unless no others come after them.</summary>
    public void Add(Table table, bool isLast, CancellationToken cancellation)
    {
        if (table.RowCount == 0)
        {
            return;
        }
        long size = 0;
        foreach (var column in table.Columns)
        {
            size += column.ByteSize;
        }
        var perRow = Math.Max(1, size / table.RowCount);
        var start = 0;
        while (start < table.RowCount)
        {
            cancellation.ThrowIfCancellationRequested();
            var room = Math.Min(
                options.RowGroupRows - pendingRows,
                Math.Max(pendingRows == 0 ? 1 : 0, (options.RowGroupBytes - pendingBytes) / perRow)
            );
            var count = (int)Math.Min(room, table.RowCount - start);
            if (count == table.RowCount - start && count < room && !(isLast && pending.Count == 0))
            {
                Keep(table, start, count, perRow);
                return;
            }
            if (pending.Count == 0)
            {
                emit(new RowGroupRows(table, start, count, count * perRow));
            }
            else
            {
                if (count > 0)
                {
                    Keep(table, start, count, perRow);
                }
                Flush();
            }
            start += count;
        }
    }

    /// <summary>Makes a row group of the rows that are kept, if there are any.</summary>
    public void Flush()
    {
        if (pending.Count == 0)
        {
            return;
        }
        var table = Join();
        var bytes = pendingBytes;
        pending.Clear();
        pendingRows = pendingBytes = 0;
        emit(new RowGroupRows(table, 0, table.RowCount, bytes));
    }

    private void Keep(Table table, int start, int count, long perRow)
    {
        var columns = new Column[table.Columns.Count];
        for (var c = 0; c < columns.Length; c++)
        {
            columns[c] = table.Columns[c].Slice(start, count);
        }
        pending.Add(new Table(columns));
        pendingRows += count;
        pendingBytes += count * perRow;
    }

    private Table Join()
    {
        if (pending.Count == 1)
        {
            return pending[0];
        }
        var first = pending[0];
        var columns = new Column[first.Columns.Count];
        for (var c = 0; c < columns.Length; c++)
        {
            columns[c] = first.Columns[c].Concatenate(pending.Skip(1).Select(part => part.Columns[c]).ToList());
        }
        return new Table(columns);
    }
}

/// <summary>The rows of a table that are to be one row group.</summary>
/// <param name="Table">The table, which may have more rows.</param>
/// <param name="Start">The first of them.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Bytes">About how much memory they take.</param>
internal readonly record struct RowGroupRows(Table Table, int Start, int Count, long Bytes);
