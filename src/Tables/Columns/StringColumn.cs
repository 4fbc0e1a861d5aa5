namespace CranePipeline.Tables;

/// <summary>A column of text.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A value a row, null where it is missing; the column keeps this very array.</param>
public sealed class StringColumn(string name, string?[] values) : ValueColumn<string?>(name, values, null)
{
    private bool? hasMissing;

    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.String;

    /// <inheritdoc/>
    public override bool IsOptional => hasMissing ??= Array.IndexOf(Values, null) >= 0;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => Values[row] is null;

    internal override long ByteSize
    {
        get
        {
            long size = 0;
            foreach (var value in Values)
            {
                size += 4 + (value?.Length ?? 0);
            }
            return size;
        }
    }

    private protected override Column With(string?[] values, bool[]? present) => new StringColumn(Name, values);
}
