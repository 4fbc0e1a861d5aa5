namespace CranePipeline.Tables;

/// <summary>A column of lists of 32-bit integers.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">The elements of all lists, end to end; the column keeps this very array.</param>
/// <param name="offsets">Where each list begins, and where the last one ends: one more than there are rows.</param>
/// <param name="present">For every row whether it has a list, or null where all have.</param>
public sealed class Int32ListColumn(string name, int[] values, int[] offsets, bool[]? present = null)
    : ListColumn<int>(name, values, offsets, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Int32List;

    private protected override Column With(int[] values, int[] offsets, bool[]? present) =>
        new Int32ListColumn(Name, values, offsets, present);
}
