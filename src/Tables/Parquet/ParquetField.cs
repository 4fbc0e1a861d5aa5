namespace CranePipeline.Tables;

/// <summary>A column of a Parquet file's schema.</summary>
/// <param name="Name">The column's name; a field of a struct is named by its path, "address.city".</param>
/// <param name="Type">What it reads as, or null where it is nested more deeply than a list of values or of a type that is not read.</param>
/// <param name="IsOptional">Whether rows may be missing.</param>
public sealed record ParquetField(string Name, ColumnType? Type, bool IsOptional)
{
    /// <summary>The digits of a decimal, or 0.</summary>
    public int Precision { get; init; }

    /// <summary>The digits after the point of a decimal, or 0.</summary>
    public int Scale { get; init; }

    /// <summary>What a timestamp counts.</summary>
    public TimestampUnit Unit { get; init; } = TimestampUnit.Microseconds;

    /// <summary>Whether a timestamp is in UTC.</summary>
    public bool IsUtc { get; init; } = true;

    /// <summary>The field a column is written as.</summary>
    public static ParquetField Of(Column column) =>
        column switch
        {
            TimestampColumn time => new(time.Name, time.Type, time.IsOptional) { Unit = time.Unit, IsUtc = time.IsUtc },
            DecimalColumn number => new(number.Name, number.Type, number.IsOptional)
            {
                Precision = number.Precision,
                Scale = number.Scale,
            },
            _ => new(column.Name, column.Type, column.IsOptional),
        };
}
