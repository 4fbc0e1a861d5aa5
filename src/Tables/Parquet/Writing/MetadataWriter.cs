namespace CranePipeline.Tables;

/// <summary>Writes the structures of Parquet's Thrift definition; the numbers are its field ids.</summary>
internal static class MetadataWriter
{
    public static void File(FileMetadata file, ByteBuffer output)
    {
        var thrift = new ThriftWriter(output);
        thrift.Begin();
        thrift.Int32(1, file.Version);
        thrift.List(2, ThriftType.Struct, file.Schema.Count);
        foreach (var element in file.Schema)
        {
            Element(thrift, element);
        }
        thrift.Int64(3, file.RowCount);
        thrift.List(4, ThriftType.Struct, file.RowGroups.Count);
        for (var ordinal = 0; ordinal < file.RowGroups.Count; ordinal++)
        {
            RowGroup(thrift, file.RowGroups[ordinal], output);
        }
        if (file.KeyValues.Count > 0)
        {
            thrift.List(5, ThriftType.Struct, file.KeyValues.Count);
            foreach (var (key, value) in file.KeyValues)
            {
                thrift.Begin();
                thrift.String(1, key);
                thrift.String(2, value ?? "");
                thrift.End();
            }
        }
        thrift.String(6, file.CreatedBy ?? "");
        var leaves =
            file.RowGroups.Count > 0 ? file.RowGroups[0].Columns.Count : file.Schema.Count(element => element.Type is not null);
        thrift.List(7, ThriftType.Struct, leaves);
        for (var i = 0; i < leaves; i++)
        {
            // Every column's statistics are in the order its type defines.
            thrift.Begin();
            thrift.BeginStruct(1);
            thrift.End();
            thrift.End();
        }
        thrift.End();
    }

    public static void Page(PageHeader page, ByteBuffer output)
    {
        var thrift = new ThriftWriter(output);
        thrift.Begin();
        thrift.Int32(1, (int)page.Type);
        thrift.Int32(2, page.UncompressedSize);
        thrift.Int32(3, page.CompressedSize);
        switch (page.Type)
        {
            case PageType.Dictionary:
                thrift.BeginStruct(7);
                thrift.Int32(1, page.ValueCount);
                thrift.Int32(2, (int)PageEncoding.Plain);
                break;
            case PageType.DataV2:
                thrift.BeginStruct(8);
                thrift.Int32(1, page.ValueCount);
                thrift.Int32(2, page.NullCount);
                thrift.Int32(3, page.RowCount);
                thrift.Int32(4, (int)page.Encoding);
                thrift.Int32(5, page.DefinitionBytes);
                thrift.Int32(6, page.RepetitionBytes);
                thrift.Boolean(7, page.IsCompressed);
                break;
            default:
                thrift.BeginStruct(5);
                thrift.Int32(1, page.ValueCount);
                thrift.Int32(2, (int)page.Encoding);
                thrift.Int32(3, (int)PageEncoding.RunLength);
                thrift.Int32(4, (int)PageEncoding.RunLength);
                break;
        }
        thrift.End();
        thrift.End();
    }

    private static void Element(ThriftWriter thrift, SchemaElement element)
    {
        thrift.Begin();
        if (element.Type is { } type)
        {
            thrift.Int32(1, (int)type);
        }
        if (element.TypeLength > 0)
        {
            thrift.Int32(2, element.TypeLength);
        }
        thrift.Int32(3, (int)element.Repetition);
        thrift.String(4, element.Name);
        if (element.Type is null)
        {
            thrift.Int32(5, element.ChildCount);
        }
        if (element.Converted != ConvertedType.None)
        {
            thrift.Int32(6, (int)element.Converted);
        }
        if (element.Logical == LogicalType.Decimal)
        {
            thrift.Int32(7, element.Scale);
            thrift.Int32(8, element.Precision);
        }
        if (element.Logical != LogicalType.None)
        {
            thrift.BeginStruct(10);
            thrift.BeginStruct((int)element.Logical);
            if (element.Logical == LogicalType.Decimal)
            {
                thrift.Int32(1, element.Scale);
                thrift.Int32(2, element.Precision);
            }
            else if (element.Logical == LogicalType.Timestamp)
            {
                thrift.Boolean(1, element.IsUtc);
                thrift.BeginStruct(2);
                thrift.BeginStruct((int)element.Unit + 1);
                thrift.End();
                thrift.End();
            }
            thrift.End();
            thrift.End();
        }
        thrift.End();
    }

    private static void RowGroup(ThriftWriter thrift, RowGroupMetadata group, ByteBuffer output)
    {
        thrift.Begin();
        thrift.List(1, ThriftType.Struct, group.Columns.Count);
        foreach (var chunk in group.Columns)
        {
            Chunk(thrift, chunk, output);
        }
        thrift.Int64(2, group.ByteSize);
        thrift.Int64(3, group.RowCount);
        thrift.End();
    }

    private static void Chunk(ThriftWriter thrift, ColumnChunkMetadata chunk, ByteBuffer output)
    {
        thrift.Begin();
        thrift.Int64(2, chunk.DictionaryPageOffset ?? chunk.DataPageOffset);
        thrift.BeginStruct(3);
        thrift.Int32(1, (int)chunk.Type);
        thrift.List(2, ThriftType.Int32, chunk.Encodings.Count);
        foreach (var encoding in chunk.Encodings)
        {
            output.ZigZag((int)encoding);
        }
        thrift.List(3, ThriftType.Binary, chunk.Path.Count);
        foreach (var part in chunk.Path)
        {
            thrift.RawBinary(System.Text.Encoding.UTF8.GetBytes(part));
        }
        thrift.Int32(4, (int)chunk.Codec);
        thrift.Int64(5, chunk.ValueCount);
        thrift.Int64(6, chunk.UncompressedSize);
        thrift.Int64(7, chunk.CompressedSize);
        thrift.Int64(9, chunk.DataPageOffset);
        if (chunk.DictionaryPageOffset is { } dictionary)
        {
            thrift.Int64(11, dictionary);
        }
        if (chunk.Statistics is { } statistics)
        {
            thrift.BeginStruct(12);
            thrift.Int64(3, statistics.NullCount ?? 0);
            if (statistics is { Minimum: { } minimum, Maximum: { } maximum })
            {
                thrift.Binary(5, maximum);
                thrift.Binary(6, minimum);
            }
            thrift.End();
        }
        thrift.End();
        thrift.End();
    }
}
