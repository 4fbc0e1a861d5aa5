namespace CranePipeline.Tables;

/// <summary>Reads page headers; the numbers are the field ids of Parquet's Thrift definition.</summary>
internal static class PageHeaderReader
{
    /// <summary>Reads a page header and says how many bytes it took.</summary>
    public static PageHeader Read(ReadOnlySpan<byte> bytes, out int length)
    {
        var thrift = new ThriftReader(bytes);
        var page = new PageHeader();
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    page.Type = (PageType)thrift.Int32(type);
                    break;
                case 2:
                    page.UncompressedSize = thrift.Int32(type);
                    break;
                case 3:
                    page.CompressedSize = thrift.Int32(type);
                    break;
                case 5:
                    ThriftReader.ExpectStruct(type);
                    DataPage(ref thrift, page);
                    break;
                case 7:
                    ThriftReader.ExpectStruct(type);
                    DictionaryPage(ref thrift, page);
                    break;
                case 8:
                    ThriftReader.ExpectStruct(type);
                    DataPageV2(ref thrift, page);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        length = thrift.Position;
        return page;
    }

    private static void DataPage(ref ThriftReader thrift, PageHeader page)
    {
        page.HasBody = true;
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    page.ValueCount = thrift.Int32(type);
                    break;
                case 2:
                    page.Encoding = (PageEncoding)thrift.Int32(type);
                    break;
                case 3:
                    page.DefinitionEncoding = (PageEncoding)thrift.Int32(type);
                    break;
                case 4:
                    page.RepetitionEncoding = (PageEncoding)thrift.Int32(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
    }

    private static void DictionaryPage(ref ThriftReader thrift, PageHeader page)
    {
        page.HasBody = true;
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    page.ValueCount = thrift.Int32(type);
                    break;
                case 2:
                    page.Encoding = (PageEncoding)thrift.Int32(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
    }

    private static void DataPageV2(ref ThriftReader thrift, PageHeader page)
    {
        page.HasBody = true;
        for (var id = 0; thrift.NextField(ref id, out var type); )
        {
            switch (id)
            {
                case 1:
                    page.ValueCount = thrift.Int32(type);
                    break;
                case 2:
                    page.NullCount = thrift.Int32(type);
                    break;
                case 3:
                    page.RowCount = thrift.Int32(type);
                    break;
                case 4:
                    page.Encoding = (PageEncoding)thrift.Int32(type);
                    break;
                case 5:
                    page.DefinitionBytes = thrift.Int32(type);
                    break;
                case 6:
                    page.RepetitionBytes = thrift.Int32(type);
                    break;
                case 7:
                    page.IsCompressed = ThriftReader.Boolean(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
    }
}
