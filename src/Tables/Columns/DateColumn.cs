namespace CranePipeline.Tables;

/// <summary>A column of calendar days.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A value a row; the column keeps this very array.</param>
/// <param name="present">For every row whether it has a value, or null where all have.</param>
public sealed class DateColumn(string name, DateOnly[] values, bool[]? present = null)
    : ValueColumn<DateOnly>(name, values, present)
{
    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Date;

    private protected override Column With(DateOnly[] values, bool[]? present) => new DateColumn(Name, values, present);
}
