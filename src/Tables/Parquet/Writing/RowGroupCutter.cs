namespace CranePipeline.Tables;

/// <summary>Cuts tables of any size into row groups: small ones are joined, large ones divided, and none is copied without need.</summary>
/// <param name="options">How large a row group may be.</param>
/// <param name="emit">Is given every row group, in order.</param>
internal sealed class RowGroupCutter(ParquetWriteOptions options, Action<RowGroupRows> emit)
{
    private readonly WaitingRows waiting = new();
    private long waitingBytes;

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
                options.RowGroupRows - waiting.Count,
                Math.Max(waiting.Count == 0 ? 1 : 0, (options.RowGroupBytes - waitingBytes) / perRow)
            );
            var count = (int)Math.Min(room, table.RowCount - start);
            if (count == table.RowCount - start && count < room && !(isLast && waiting.Count == 0))
            {
                Keep(table, start, count, perRow);
                return;
            }
            if (waiting.Count == 0)
            {
                emit(new RowGroupRows(table.Columns, start, count, count * perRow));
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
        if (waiting.Count == 0)
        {
            return;
        }
        var bytes = waitingBytes;
        waitingBytes = 0;
        emit(waiting.Take(bytes));
    }

    private void Keep(Table table, int start, int count, long perRow)
    {
        waiting.Add(table, start, count);
        waitingBytes += count * perRow;
    }
}

/// <summary>The rows of a table that are to be one row group.</summary>
/// <param name="Columns">The columns, which may have more rows.</param>
/// <param name="Start">The first of them.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Bytes">About how much memory they take.</param>
/// <param name="IsRented">Whether the columns are in rented memory.</param>
internal readonly record struct RowGroupRows(
    IReadOnlyList<Column> Columns,
    int Start,
    int Count,
    long Bytes,
    bool IsRented = false
)
{
    /// <summary>Gives rented memory back.</summary>
    public void Release()
    {
        if (IsRented)
        {
            foreach (var column in Columns)
            {
                column.Return();
            }
        }
    }
}
