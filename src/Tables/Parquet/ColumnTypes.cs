namespace CranePipeline.Tables;

/// <summary>How Parquet's physical and logical types map onto <see cref="ColumnType"/>.</summary>
internal static class ColumnTypes
{
    private const int LargestDecimalBytes = 16;

    /// <summary>What a leaf reads as, or null where it is not read.</summary>
    public static ColumnType? Of(SchemaElement element)
    {
        if (IsDecimal(element))
        {
            return
                element is { Precision: >= 1 and <= 38, Scale: >= 0 }
                && element.Scale <= element.Precision
                && element.Type is PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.ByteArray or PhysicalType.FixedBytes
                && element.TypeLength <= LargestDecimalBytes
                ? ColumnType.Decimal
                : null;
        }
        return element.Type switch
        {
            PhysicalType.Boolean => ColumnType.Boolean,
            PhysicalType.Int32 when IsDate(element) => ColumnType.Date,
            PhysicalType.Int32 when IsUnsigned(element, 32) => ColumnType.Int64,
            PhysicalType.Int32 => ColumnType.Int32,
            PhysicalType.Int64 when IsTimestamp(element) => ColumnType.Timestamp,
            PhysicalType.Int64 => ColumnType.Int64,
            PhysicalType.Int96 => ColumnType.Timestamp,
            PhysicalType.Float => ColumnType.Float,
            PhysicalType.Double => ColumnType.Double,
            PhysicalType.ByteArray when IsText(element) => ColumnType.String,
            PhysicalType.ByteArray => ColumnType.Binary,
            PhysicalType.FixedBytes when element.TypeLength <= 0 => null,
            PhysicalType.FixedBytes when element.Logical == LogicalType.Float16 && element.TypeLength == 2 => ColumnType.Float,
            PhysicalType.FixedBytes when element.Logical == LogicalType.Uuid && element.TypeLength == 16 => ColumnType.String,
            PhysicalType.FixedBytes => ColumnType.Binary,
            _ => null,
        };
    }

    public static ColumnType? ListOf(ColumnType? element) =>
        element switch
        {
            ColumnType.Int32 => ColumnType.Int32List,
            ColumnType.Int64 => ColumnType.Int64List,
            ColumnType.Float => ColumnType.FloatList,
            ColumnType.Double => ColumnType.DoubleList,
            ColumnType.String => ColumnType.StringList,
            _ => null,
        };

    public static bool IsDecimal(SchemaElement element) =>
        element.Logical == LogicalType.Decimal
        || (element.Logical == LogicalType.None && element.Converted == ConvertedType.Decimal);

    public static bool IsUnsigned(SchemaElement element, int bits) =>
        element.Logical == LogicalType.Integer
            ? !element.IntegerSigned && element.IntegerBits == bits
            : element.Converted == (bits == 32 ? ConvertedType.UInt32 : ConvertedType.UInt64);

    public static TimestampUnit UnitOf(SchemaElement element) =>
        element.Logical == LogicalType.Timestamp && Enum.IsDefined(element.Unit) ? element.Unit
        : element.Converted == ConvertedType.TimestampMillis ? TimestampUnit.Milliseconds
        : TimestampUnit.Microseconds;

    private static bool IsDate(SchemaElement element) =>
        element.Logical == LogicalType.Date || (element.Logical == LogicalType.None && element.Converted == ConvertedType.Date);

    private static bool IsTimestamp(SchemaElement element) =>
        element.Logical == LogicalType.Timestamp
        || (
            element.Logical == LogicalType.None
            && element.Converted is ConvertedType.TimestampMillis or ConvertedType.TimestampMicros
        );

    private static bool IsText(SchemaElement element) =>
        element.Logical is LogicalType.String or LogicalType.Enum or LogicalType.Json
        || (
            element.Logical == LogicalType.None
            && element.Converted is ConvertedType.Utf8 or ConvertedType.Enum or ConvertedType.Json
        );
}
