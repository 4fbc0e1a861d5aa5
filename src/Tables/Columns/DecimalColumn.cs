namespace CranePipeline.Tables;

/// <summary>A column of exact decimal fractions.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A value a row; the column keeps this very array.</param>
/// <param name="precision">How many digits a value has at most, 1 to 38 (values of more than 28 digits do not fit .NET's decimal).</param>
/// <param name="scale">How many of them stand after the point, 0 to <paramref name="precision"/>.</param>
/// <param name="present">For every row whether it has a value, or null where all have.</param>
public sealed class DecimalColumn(string name, decimal[] values, int precision, int scale, bool[]? present = null)
    : ValueColumn<decimal>(name, values, present)
{
    /// <summary>How many digits a value has at most.</summary>
    public int Precision { get; } =
        precision is >= 1 and <= 38 ? precision : throw new ArgumentOutOfRangeException(nameof(precision), precision, "1 to 38");

    /// <summary>How many digits stand after the point.</summary>
    public int Scale { get; } =
        scale >= 0 && scale <= precision
            ? scale
            : throw new ArgumentOutOfRangeException(nameof(scale), scale, "0 to the precision");

    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Decimal;

    private protected override Column With(decimal[] values, bool[]? present) =>
        new DecimalColumn(Name, values, Precision, Scale, present);
}
