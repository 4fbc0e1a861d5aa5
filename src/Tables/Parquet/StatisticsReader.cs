using System.Text;

namespace CranePipeline.Tables;

/// <summary>Turns a chunk's statistics into values.</summary>
internal static class StatisticsReader
{
    public static ParquetColumnChunk Describe(SchemaLeaf leaf, ColumnChunkMetadata chunk)
    {
        var statistics = chunk.Statistics;
        // The deprecated pair is only trusted for numbers, whose order nobody ever doubted.
        var isNumber = leaf.Element.Type is PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Float or PhysicalType.Double;
        var useOld = isNumber && !ColumnTypes.IsUnsigned(leaf.Element, 32) && !ColumnTypes.IsUnsigned(leaf.Element, 64);
        return new ParquetColumnChunk(
            leaf.Field.Name,
            chunk.Codec,
            chunk.CompressedSize,
            chunk.UncompressedSize,
            statistics?.NullCount,
            Value(leaf, statistics?.Minimum ?? (useOld ? statistics?.OldMinimum : null)),
            Value(leaf, statistics?.Maximum ?? (useOld ? statistics?.OldMaximum : null))
        );
    }

    private static object? Value(SchemaLeaf leaf, byte[]? bytes)
    {
        if (bytes is null || leaf.MaximumRepetition > 0)
        {
            return null;
        }
        try
        {
            return leaf.Field.Type switch
            {
                ColumnType.Boolean => bytes.Length == 1 ? bytes[0] != 0 : null,
                ColumnType.Int32 => One(ValueDecoders.Int32(), bytes),
                ColumnType.Int64 => One(ValueDecoders.Int64(leaf.Element), bytes),
                ColumnType.Timestamp when leaf.Element.Type == PhysicalType.Int64 => One(
                    ValueDecoders.Int64(leaf.Element),
                    bytes
                ),
                ColumnType.Float => One(ValueDecoders.Float(leaf.Element), bytes),
                ColumnType.Double => One(new FixedDecoder<double>(), bytes),
                ColumnType.Date => One(ValueDecoders.Date(), bytes),
                ColumnType.Decimal when leaf.Element.Type == PhysicalType.ByteArray => ValueDecoders.FromBytes(
                    bytes,
                    leaf.Element.Scale
                ),
                ColumnType.Decimal => One(ValueDecoders.Decimal(leaf.Element), bytes),
                ColumnType.String when leaf.Element.Type == PhysicalType.ByteArray => Encoding.UTF8.GetString(bytes),
                _ => null,
            };
        }
        catch (CorruptDataException)
        {
            // Statistics only help; what cannot be read is as good as not there.
            return null;
        }
    }

    private static T One<T>(ValueDecoder<T> decoder, byte[] bytes)
    {
        var value = new T[1];
        decoder.Decode(PageEncoding.Plain, bytes, value);
        return value[0];
    }
}
