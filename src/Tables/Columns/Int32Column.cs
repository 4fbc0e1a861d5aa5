namespace CranePipeline.Tables;

/// <summary>A column of 32-bit integers.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A value a row; the column keeps this very array.</param>
/// <param name="present">For every row whether it has a value, or null where all have.</param>
public sealed class Int32Column(string name, int[] values, bool[]? present = null) : ValueColumn<int>(name, values, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Int32;

    private protected override Column With(int[] values, bool[]? present) => new Int32Column(Name, values, present);
}
