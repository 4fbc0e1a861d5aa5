namespace CranePipeline.Tables;

/// <summary>A column of lists of 64-bit floating-point numbers; a missing element reads as NaN.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">The elements of all lists, end to end; the column keeps this very array.</param>
/// <param name="offsets">Where each list begins, and where the last one ends: one more than there are rows.</param>
/// <param name="present">For every row whether it has a list, or null where all have.</param>
public sealed class DoubleListColumn(string name, double[] values, int[] offsets, bool[]? present = null)
    : ListColumn<double>(name, values, offsets, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.DoubleList;

    /// <summary>A column whose lists all have one length: a row-major matrix.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">Rows times <paramref name="width"/> values, row after row; the column keeps this very array.</param>
    /// <param name="width">How many values each row has, at least 1.</param>
    public static DoubleListColumn FixedWidth(string name, double[] values, int width) =>
        new(name, values, FixedOffsets(name, values.Length, width));

    private protected override Column With(double[] values, int[] offsets, bool[]? present) =>
        new DoubleListColumn(Name, values, offsets, present);
}
