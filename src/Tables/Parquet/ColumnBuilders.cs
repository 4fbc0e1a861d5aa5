namespace CranePipeline.Tables;

/// <summary>The builder for each type of column.</summary>
internal static class ColumnBuilders
{
    public static ColumnBuilder For(SchemaLeaf leaf, IReadOnlyList<RowGroupMetadata> groups)
    {
        var field = leaf.Field;
        var name = field.Name;
        var element = leaf.Element;
        return field.Type switch
        {
            ColumnType.Boolean => new ScalarBuilder<bool>(
                leaf,
                new BooleanDecoder(),
                groups,
                (v, p) => new BooleanColumn(name, v, p)
            ),
            ColumnType.Int32 => new ScalarBuilder<int>(
                leaf,
                ValueDecoders.Int32(),
                groups,
                (v, p) => new Int32Column(name, v, p)
            ),
            ColumnType.Int64 => new ScalarBuilder<long>(
                leaf,
                ValueDecoders.Int64(element),
                groups,
                (v, p) => new Int64Column(name, v, p)
            ),
            ColumnType.Float => new ScalarBuilder<float>(
                leaf,
                ValueDecoders.Float(element),
                groups,
                (v, p) => new FloatColumn(name, v, p)
            ),
            ColumnType.Double => new ScalarBuilder<double>(
                leaf,
                new FixedDecoder<double>(),
                groups,
                (v, p) => new DoubleColumn(name, v, p)
            ),
            ColumnType.String => new ScalarBuilder<string?>(
                leaf,
                ValueDecoders.String(element),
                groups,
                (v, _) => new StringColumn(name, v)
            ),
            ColumnType.Binary => new ScalarBuilder<byte[]?>(
                leaf,
                ValueDecoders.Binary(element),
                groups,
                (v, _) => new BinaryColumn(name, v)
            ),
            ColumnType.Date => new ScalarBuilder<DateOnly>(
                leaf,
                ValueDecoders.Date(),
                groups,
                (v, p) => new DateColumn(name, v, p)
            ),
            ColumnType.Timestamp => new ScalarBuilder<long>(
                leaf,
                ValueDecoders.Int64(element),
                groups,
                (v, p) => new TimestampColumn(name, v, field.Unit, field.IsUtc, p)
            ),
            ColumnType.Decimal => new ScalarBuilder<decimal>(
                leaf,
                ValueDecoders.Decimal(element),
                groups,
                (v, p) => new DecimalColumn(name, v, field.Precision, field.Scale, p)
            ),
            ColumnType.Int32List => new ListBuilder<int>(
                leaf,
                ValueDecoders.Int32(),
                groups,
                (v, o, p) => new Int32ListColumn(name, v, o, p)
            ),
            ColumnType.Int64List => new ListBuilder<long>(
                leaf,
                ValueDecoders.Int64(element),
                groups,
                (v, o, p) => new Int64ListColumn(name, v, o, p)
            ),
            ColumnType.FloatList => new ListBuilder<float>(
                leaf,
                ValueDecoders.Float(element),
                groups,
                (v, o, p) => new FloatListColumn(name, v, o, p)
            ),
            ColumnType.DoubleList => new ListBuilder<double>(
                leaf,
                new FixedDecoder<double>(),
                groups,
                (v, o, p) => new DoubleListColumn(name, v, o, p)
            ),
            ColumnType.StringList => new ListBuilder<string?>(
                leaf,
                ValueDecoders.String(element),
                groups,
                (v, o, p) => new StringListColumn(name, v, o, p)
            ),
            _ => throw new ArgumentException($"column '{name}' is not read", nameof(leaf)),
        };
    }
}
