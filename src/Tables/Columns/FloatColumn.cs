namespace CranePipeline.Tables;

/// <summary>A column of 32-bit floating-point numbers.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A value a row; the column keeps this very array.</param>
/// <param name="present">For every row whether it has a value, or null where all have.</param>
public sealed class FloatColumn(string name, float[] values, bool[]? present = null) : ValueColumn<float>(name, values, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Float;

    private protected override Column With(float[] values, bool[]? present) => new FloatColumn(Name, values, present);
}
