namespace CranePipeline.Tables;

/// <summary>A column of lists of text; a missing element is null.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">The elements of all lists, end to end; the column keeps this very array.</param>
/// <param name="offsets">Where each list begins, and where the last one ends: one more than there are rows.</param>
/// <param name="present">For every row whether it has a list, or null where all have.</param>
public sealed class StringListColumn(string name, string?[] values, int[] offsets, bool[]? present = null)
    : ListColumn<string?>(name, values, offsets, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.StringList;

    private protected override Column With(string?[] values, int[] offsets, bool[]? present) =>
        new StringListColumn(Name, values, offsets, present);
}
