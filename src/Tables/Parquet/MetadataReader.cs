using System.Text;

namespace CranePipeline.Tables;

/// <summary>Reads the structures of Parquet's Thrift definition; the numbers are its field ids.</summary>
internal static class MetadataReader
{
    public static FileMetadata File(ReadOnlySpan<byte> bytes)
    {
        var thrift = new ThriftReader(bytes);
        var file = new FileMetadata();
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    file.Version = thrift.Int32(type);
                    break;
                case 2:
                    for (var n = thrift.List(type, out var element); n > 0; n--)
                    {
                        ThriftReader.ExpectStruct(element);
                        file.Schema.Add(Element(ref thrift));
                    }
                    break;
                case 3:
                    file.RowCount = thrift.Int64(type);
                    break;
                case 4:
                    for (var n = thrift.List(type, out var element); n > 0; n--)
                    {
                        ThriftReader.ExpectStruct(element);
                        file.RowGroups.Add(RowGroup(ref thrift));
                    }
                    break;
                case 5:
                    for (var n = thrift.List(type, out var element); n > 0; n--)
                    {
                        ThriftReader.ExpectStruct(element);
                        file.KeyValues.Add(KeyValue(ref thrift));
                    }
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        return file;
    }

    private static SchemaElement Element(ref ThriftReader thrift)
    {
        var element = new SchemaElement();
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    element.Type = (PhysicalType)thrift.Int32(type);
                    break;
                case 2:
                    element.TypeLength = thrift.Int32(type);
                    break;
                case 3:
                    element.Repetition = (Repetition)thrift.Int32(type);
                    break;
                case 4:
                    element.Name = thrift.String(type);
                    break;
                case 5:
                    element.ChildCount = thrift.Int32(type);
                    break;
                case 6:
                    element.Converted = (ConvertedType)thrift.Int32(type);
                    break;
                case 7:
                    element.Scale = thrift.Int32(type);
                    break;
                case 8:
                    element.Precision = thrift.Int32(type);
                    break;
                case 10:
                    ThriftReader.ExpectStruct(type);
                    Logical(ref thrift, element);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        return element;
    }

    private static void Logical(ref ThriftReader thrift, SchemaElement element)
    {
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            ThriftReader.ExpectStruct(type);
            element.Logical = (LogicalType)id;
            for (var inner = 0; thrift.NextField(ref inner, out var field); )
            {
                switch (element.Logical, inner)
                {
                    case (LogicalType.Decimal, 1):
                        element.Scale = thrift.Int32(field);
                        break;
                    case (LogicalType.Decimal, 2):
                        element.Precision = thrift.Int32(field);
                        break;
                    case (LogicalType.Time or LogicalType.Timestamp, 1):
                        element.IsUtc = ThriftReader.Boolean(field);
                        break;
                    case (LogicalType.Time or LogicalType.Timestamp, 2):
                        ThriftReader.ExpectStruct(field);
                        for (var unit = 0; thrift.NextField(ref unit, out var unitType); )
                        {
                            element.Unit = (TimestampUnit)(unit - 1);
                            thrift.Skip(unitType);
                        }
                        break;
                    case (LogicalType.Integer, 1):
                        element.IntegerBits = thrift.Int32(field);
                        break;
                    case (LogicalType.Integer, 2):
                        element.IntegerSigned = ThriftReader.Boolean(field);
                        break;
                    default:
                        thrift.Skip(field);
                        break;
                }
            }
        }
    }

    private static RowGroupMetadata RowGroup(ref ThriftReader thrift)
    {
        var group = new RowGroupMetadata();
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    for (var n = thrift.List(type, out var element); n > 0; n--)
                    {
                        ThriftReader.ExpectStruct(element);
                        group.Columns.Add(Chunk(ref thrift));
                    }
                    break;
                case 2:
                    group.ByteSize = thrift.Int64(type);
                    break;
                case 3:
                    group.RowCount = thrift.Int64(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        return group;
    }

    private static ColumnChunkMetadata Chunk(ref ThriftReader thrift)
    {
        var chunk = new ColumnChunkMetadata();
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    chunk.FilePath = thrift.String(type);
                    break;
                case 3:
                    ThriftReader.ExpectStruct(type);
                    ChunkBody(ref thrift, chunk);
                    chunk.HasMetadata = true;
                    break;
                case 8:
                    chunk.IsEncrypted = true;
                    thrift.Skip(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        return chunk;
    }

    private static void ChunkBody(ref ThriftReader thrift, ColumnChunkMetadata chunk)
    {
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    chunk.Type = (PhysicalType)thrift.Int32(type);
                    break;
                case 2:
                    for (var n = thrift.List(type, out var element); n > 0; n--)
                    {
                        chunk.Encodings.Add((PageEncoding)thrift.Int32(element));
                    }
                    break;
                case 3:
                    for (var n = thrift.List(type, out var element); n > 0; n--)
                    {
                        chunk.Path.Add(thrift.String(element));
                    }
                    break;
                case 4:
                    chunk.Codec = (ParquetCompression)thrift.Int32(type);
                    break;
                case 5:
                    chunk.ValueCount = thrift.Int64(type);
                    break;
                case 6:
                    chunk.UncompressedSize = thrift.Int64(type);
                    break;
                case 7:
                    chunk.CompressedSize = thrift.Int64(type);
                    break;
                case 9:
                    chunk.DataPageOffset = thrift.Int64(type);
                    break;
                case 11:
                    chunk.DictionaryPageOffset = thrift.Int64(type);
                    break;
                case 12:
                    ThriftReader.ExpectStruct(type);
                    chunk.Statistics = Statistics(ref thrift);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
    }

    private static ChunkStatistics Statistics(ref ThriftReader thrift)
    {
        var statistics = new ChunkStatistics();
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    statistics.OldMaximum = thrift.Binary(type);
                    break;
                case 2:
                    statistics.OldMinimum = thrift.Binary(type);
                    break;
                case 3:
                    statistics.NullCount = thrift.Int64(type);
                    break;
                case 4:
                    statistics.DistinctCount = thrift.Int64(type);
                    break;
                case 5:
                    statistics.Maximum = thrift.Binary(type);
                    break;
                case 6:
                    statistics.Minimum = thrift.Binary(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        return statistics;
    }

    private static KeyValuePair<string, string?> KeyValue(ref ThriftReader thrift)
    {
        var key = "";
        string? value = null;
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    key = thrift.String(type);
                    break;
                case 2:
                    value = Encoding.UTF8.GetString(thrift.Binary(type));
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        return new(key, value);
    }
}
