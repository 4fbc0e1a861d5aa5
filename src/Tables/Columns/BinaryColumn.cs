namespace CranePipeline.Tables;

/// <summary>A column of byte strings.</summary>
/// <param name="name">The column's name.</param>
/// <param name="values">A value a row, null where it is missing; the column keeps this very array.</param>
public sealed class BinaryColumn(string name, byte[]?[] values) : ValueColumn<byte[]?>(name, values, null)
{
    private bool? hasMissing;

    /// <inheritdoc/>
    public override ColumnType Type => ColumnType.Binary;

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

    private protected override Column With(byte[]?[] values, bool[]? present) => new BinaryColumn(Name, values);
}
