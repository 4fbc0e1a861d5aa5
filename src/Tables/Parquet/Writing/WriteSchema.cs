namespace CranePipeline.Tables;

/// <summary>The schema nodes a field is written as, and the levels that follow from them.</summary>
internal static class WriteSchema
{
    public static bool IsList(ParquetField field) => field.Type >= ColumnType.Int32List;

    /// <summary>Only text elements may be missing.</summary>
    public static bool HasOptionalElements(ParquetField field) => field.Type == ColumnType.StringList;

    public static int MaximumDefinition(ParquetField field) =>
        (field.IsOptional ? 1 : 0) + (IsList(field) ? 1 : 0) + (HasOptionalElements(field) ? 1 : 0);

    public static string[] Path(ParquetField field) => IsList(field) ? [field.Name, "list", "element"] : [field.Name];

    public static PhysicalType Physical(ParquetField field) =>
        field.Type switch
        {
            ColumnType.Boolean => PhysicalType.Boolean,
            ColumnType.Int32 or ColumnType.Int32List or ColumnType.Date => PhysicalType.Int32,
            ColumnType.Int64 or ColumnType.Int64List or ColumnType.Timestamp => PhysicalType.Int64,
            ColumnType.Float or ColumnType.FloatList => PhysicalType.Float,
            ColumnType.Double or ColumnType.DoubleList => PhysicalType.Double,
            ColumnType.String or ColumnType.StringList or ColumnType.Binary => PhysicalType.ByteArray,
            ColumnType.Decimal => DecimalValues.PhysicalOf(field.Precision),
            _ => throw new ArgumentException($"column '{field.Name}' has no type that can be written", nameof(field)),
        };

    public static List<SchemaElement> Elements(IReadOnlyList<ParquetField> fields)
    {
        List<SchemaElement> elements = [new() { Name = "schema", ChildCount = fields.Count }];
        foreach (var field in fields)
        {
            var own = field.IsOptional ? Repetition.Optional : Repetition.Required;
            if (IsList(field))
            {
                elements.Add(
                    new()
                    {
                        Name = field.Name,
                        Repetition = own,
                        ChildCount = 1,
                        Converted = ConvertedType.List,
                        Logical = LogicalType.List,
                    }
                );
                elements.Add(
                    new()
                    {
                        Name = "list",
                        Repetition = Repetition.Repeated,
                        ChildCount = 1,
                    }
                );
                elements.Add(Leaf(field, "element", HasOptionalElements(field) ? Repetition.Optional : Repetition.Required));
            }
            else
            {
                elements.Add(Leaf(field, field.Name, own));
            }
        }
        return elements;
    }

    private static SchemaElement Leaf(ParquetField field, string name, Repetition repetition)
    {
        var element = new SchemaElement
        {
            Name = name,
            Type = Physical(field),
            Repetition = repetition,
        };
        switch (field.Type)
        {
            case ColumnType.String or ColumnType.StringList:
                element.Converted = ConvertedType.Utf8;
                element.Logical = LogicalType.String;
                break;
            case ColumnType.Date:
                element.Converted = ConvertedType.Date;
                element.Logical = LogicalType.Date;
                break;
            case ColumnType.Timestamp:
                element.Logical = LogicalType.Timestamp;
                element.Unit = field.Unit;
                element.IsUtc = field.IsUtc;
                // The old-style types know neither nanoseconds nor local times.
                element.Converted = (field.IsUtc, field.Unit) switch
                {
                    (true, TimestampUnit.Milliseconds) => ConvertedType.TimestampMillis,
                    (true, TimestampUnit.Microseconds) => ConvertedType.TimestampMicros,
                    _ => ConvertedType.None,
                };
                break;
            case ColumnType.Decimal:
                element.Converted = ConvertedType.Decimal;
                element.Logical = LogicalType.Decimal;
                element.Precision = field.Precision;
                element.Scale = field.Scale;
                element.TypeLength = DecimalValues.LengthOf(field.Precision);
                break;
        }
        return element;
    }
}
