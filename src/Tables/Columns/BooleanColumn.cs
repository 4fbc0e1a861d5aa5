namespace CranePipeline.Tables;

/// <summary>A column of truth values.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A value a row; the column keeps this very array.</param>
/// <param name="present">For every row whether it has a value, or null where all have.</param>
public sealed class BooleanColumn(string name, bool[] values, bool[]? present = null) : ValueColumn<bool>(name, values, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Boolean;

    private protected override Column With(bool[] values, bool[]? present) => new BooleanColumn(Name, values, present);
}
