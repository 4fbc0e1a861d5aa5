using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Graph;

/// <summary>Rows sorted into parts by their users, so that what is looked up about the users of a part fits the caches.</summary>
internal sealed unsafe class RowPartitions : IDisposable
{
    private readonly NativeBuffer<UserRow> rows;

    private RowPartitions(NativeBuffer<UserRow> rows, int[] bounds)
    {
        this.rows = rows;
        Bounds = bounds;
    }

    /// <summary>Where each part begins, and behind them the number of rows.</summary>
    public int[] Bounds { get; }

    public ReadOnlySpan<UserRow> this[int part] => rows.Span[Bounds[part]..Bounds[part + 1]];

    /// <summary>Sorts rows into parts.</summary>
    /// <param name="blocks">The rows; each block is freed as soon as it is empty, and then the list.</param>
    /// <param name="parallel">How many threads to use.</param>
    public static RowPartitions Of(List<RowBlock> blocks, ParallelOptions parallel)
    {
        int[] bounds = new int[UserRow.Partitions + 1];
        foreach (RowBlock block in blocks)
        {
            for (int part = 0; part < UserRow.Partitions; part++)
            {
                bounds[part + 1] += block.Partitions[part];
            }
        }

        for (int part = 0; part < UserRow.Partitions; part++)
        {
            bounds[part + 1] += bounds[part];
        }

        // Every block gets places of its own in every part.
        int[] next = bounds[..^1];
        int[][] places = new int[blocks.Count][];
        for (int index = 0; index < places.Length; index++)
        {
            places[index] = [.. next];
            for (int part = 0; part < UserRow.Partitions; part++)
            {
                next[part] += blocks[index].Partitions[part];
            }
        }

        NativeBuffer<UserRow> rows = new(bounds[^1]);
        Parallel.For(
            0,
            places.Length,
            parallel,
            index =>
            {
                UserRow* target = rows.Pointer;
                int[] own = places[index];
                foreach (ref readonly UserRow row in blocks[index].Rows)
                {
                    target[own[UserRow.PartitionOf(row.User.Hash)]++] = row;
                }

                blocks[index].Dispose();
            }
        );
        blocks.Clear();
        return new RowPartitions(rows, bounds);
    }

    public void Dispose() => rows.Dispose();
}
