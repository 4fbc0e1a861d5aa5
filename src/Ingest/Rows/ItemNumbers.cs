namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Every worker numbers the items that it meets in a table of its own, so that none waits for another. These are the numbers that hold for
/// the rows of all.
/// </summary>
internal sealed class ItemNumbers
{
    private readonly Dictionary<IdTable, int[]> others = [];

    /// <summary>Numbers the items of all rows.</summary>
    public ItemNumbers(IReadOnlyCollection<RowStore> stores)
    {
        List<IdTable> tables = [.. stores.Select(store => store.Items).Distinct().OrderByDescending(table => table.Count)];
        Table = tables.Count > 0 ? tables[0] : new IdTable();
        foreach (IdTable table in tables.Skip(1))
        {
            others.Add(table, Table.Intern(table));
            table.Dispose();
        }
    }

    /// <summary>All items by their numbers: the largest of the tables, with what the others have beside.</summary>
    public IdTable Table { get; }

    /// <summary>The number in <see cref="Table"/> of every item of a worker's table, or null where they are the same.</summary>
    public int[]? Of(IdTable table) => others.GetValueOrDefault(table);
}
