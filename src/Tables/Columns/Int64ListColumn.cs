namespace CranePipeline.Tables;

/// <summary>A column of lists of 64-bit integers.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">The elements of all lists, end to end; the column keeps this very array.</param>
/// <param name="offsets">Where each list begins, and where the last one ends: one more than there are rows.</param>
/// <param name="present">For every row whether it has a list, or null where all have.</param>
public sealed class Int64ListColumn(string name, long[] values, int[] offsets, bool[]? present = null)
    : ListColumn<long>(name, values, offsets, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Int64List;

    private protected override Column With(long[] values, int[] offsets, bool[]? present) =>
        new Int64ListColumn(Name, values, offsets, present);
}
