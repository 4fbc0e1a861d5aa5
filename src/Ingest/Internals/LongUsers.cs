namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Numbers the users of a batch whose ids do not fit a key. One instance a worker; the table they share and take turns at.
/// </summary>
internal sealed class LongUsers(IdTable table)
{
    private readonly int[] rows = new int[RowBatch.Rows];
    private readonly int[] numbers = new int[RowBatch.Rows];
    private readonly IdSlot[] wanted = new IdSlot[RowBatch.Rows];
    private readonly uint[] hashes = new uint[RowBatch.Rows];

    /// <summary>Numbers them all at once: one by one each would wait for memory, and for the other workers.</summary>
    /// <returns>Their numbers, in the rows' order.</returns>
    public ReadOnlySpan<int> Number(RowBatch batch)
    {
        int count = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            if (batch.UserOf(row).Length > UserKey.LongestInside)
            {
                wanted[count] = IdTable.SlotOf(batch.UserOf(row), out hashes[count]);
                rows[count++] = row;
            }
        }

        if (count > 0)
        {
            lock (table)
            {
                table.Prefetch(hashes.AsSpan(0, count));
                for (int index = 0; index < count; index++)
                {
                    numbers[index] = table.Number(in wanted[index], hashes[index], batch.UserOf(rows[index]));
                }
            }
        }

        return numbers.AsSpan(0, count);
    }
}
