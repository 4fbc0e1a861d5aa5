namespace CranePipeline.Tables;

/// <summary>A column of 64-bit floating-point numbers.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A value a row; the column keeps this very array.</param>
/// <param name="present">For every row whether it has a value, or null where all have.</param>
public sealed class DoubleColumn(string name, double[] values, bool[]? present = null)
    : ValueColumn<double>(name, values, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Double;

    private protected override Column With(double[] values, bool[]? present) => new DoubleColumn(Name, values, present);
}
