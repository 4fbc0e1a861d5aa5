namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Every worker numbers the items that it meets in a table of its own, so that none waits for another. This is their common order, by raw
/// ids: whatever is grouped by its ranks needs no sorting when the items that stay get their ids, which are ranks among these.
/// </summary>
internal sealed class ItemOrder
{
    private readonly Dictionary<IdTable, int[]> ranks = [];
    private readonly int[] numbers;

    /// <summary>Orders the items of all rows.</summary>
    public ItemOrder(IReadOnlyCollection<RowStore> stores, int threads)
    {
        List<IdTable> tables = [.. stores.Select(store => store.Items).Distinct().OrderByDescending(table => table.Count)];
        Table = tables.Count > 0 ? tables[0] : new IdTable();
        foreach (IdTable other in tables.Skip(1))
        {
            ranks.Add(other, Table.Intern(other));
            other.Dispose();
        }

        numbers = IdOrder.Sort(Table, [.. Enumerable.Range(0, Table.Count)], threads);
        int[] own = new int[numbers.Length];
        for (int rank = 0; rank < numbers.Length; rank++)
        {
            own[numbers[rank]] = rank;
        }

        foreach (int[] others in ranks.Values)
        {
            for (int number = 0; number < others.Length; number++)
            {
                others[number] = own[others[number]];
            }
        }

        ranks.Add(Table, own);
    }

    /// <summary>The raw ids.</summary>
    public IdTable Table { get; }

    /// <summary>How many items there are.</summary>
    public int Count => numbers.Length;

    /// <summary>An item's number in <see cref="Table"/>.</summary>
    public int NumberOf(int rank) => numbers[rank];

    /// <summary>The ranks of a worker's items by their numbers.</summary>
    public int[] Of(IdTable table) => ranks[table];
}
