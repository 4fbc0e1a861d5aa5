namespace CranePipeline.Tables;

/// <summary>A column of 64-bit integers.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A value a row; the column keeps this very array.</param>
/// <param name="present">For every row whether it has a value, or null where all have.</param>
public sealed class Int64Column(string name, long[] values, bool[]? present = null) : ValueColumn<long>(name, values, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Int64;

    private protected override Column With(long[] values, bool[]? present) => new Int64Column(Name, values, present);
}
