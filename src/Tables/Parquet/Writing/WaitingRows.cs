using System.Numerics;

namespace CranePipeline.Tables;

/// <summary>
/// Copies of rows that wait for others to fill a row group with. Plain values are gathered in memory that is used again, since fresh memory
/// costs more than the copying; others, and rows of which some are missing, as tables that are joined.
/// </summary>
internal sealed class WaitingRows
{
    private const int LeastRows = 256;
    private readonly List<Column[]> parts = [];
    private RowGroupRows gathered;
    private int capacity;

    public int Count { get; private set; }

    public void Add(Table table, int start, int count)
    {
        if (parts.Count == 0 && CanBeGathered(table))
        {
            Gather(table, start, count);
        }
        else
        {
            if (gathered.Count > 0)
            {
                parts.Add(Slice(gathered.Columns, 0, gathered.Count));
                gathered.Release();
                gathered = default;
            }
            parts.Add(Slice(table.Columns, start, count));
        }
        Count += count;
    }

    /// <summary>Answers all rows, and begins anew.</summary>
    public RowGroupRows Take(long bytes)
    {
        var all = parts.Count == 0 ? gathered with { Bytes = bytes } : new RowGroupRows(Join(), 0, Count, bytes);
        gathered = default;
        parts.Clear();
        Count = 0;
        return all;
    }

    private static bool CanBeGathered(Table table)
    {
        foreach (var column in table.Columns)
        {
            if (!column.CanBeGathered)
            {
                return false;
            }
        }
        return true;
    }

    private void Gather(Table table, int start, int count)
    {
        var all = checked(gathered.Count + count);
        if (gathered.Count == 0 || all > capacity)
        {
            capacity = (int)Math.Min((ulong)Array.MaxLength, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(all, LeastRows)));
            var columns = new Column[table.Columns.Count];
            for (var c = 0; c < columns.Length; c++)
            {
                columns[c] = table.Columns[c].Rent(capacity);
                if (gathered.Count > 0)
                {
                    gathered.Columns[c].CopyTo(0, gathered.Count, columns[c], 0);
                }
            }
            gathered.Release();
            gathered = new RowGroupRows(columns, 0, gathered.Count, 0, IsRented: true);
        }
        for (var c = 0; c < table.Columns.Count; c++)
        {
            table.Columns[c].CopyTo(start, count, gathered.Columns[c], gathered.Count);
        }
        gathered = gathered with { Count = all };
    }

    private static Column[] Slice(IReadOnlyList<Column> columns, int start, int count)
    {
        var slices = new Column[columns.Count];
        for (var c = 0; c < slices.Length; c++)
        {
            slices[c] = columns[c].Slice(start, count);
        }
        return slices;
    }

    private Column[] Join()
    {
        var columns = parts[0];
        if (parts.Count > 1)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                columns[c] = columns[c].Concatenate(parts.Skip(1).Select(part => part[c]).ToList());
            }
        }
        return columns;
    }
}
