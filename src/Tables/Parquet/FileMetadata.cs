namespace CranePipeline.Tables;

/// <summary>Parquet's FileMetaData: what a footer says.</summary>
internal sealed class FileMetadata
{
    public int Version { get; set; } = 1;
    public List<SchemaElement> Schema { get; } = [];
    public long RowCount { get; set; }
    public List<RowGroupMetadata> RowGroups { get; } = [];
    public List<KeyValuePair<string, string?>> KeyValues { get; } = [];
    public string? CreatedBy { get; set; }
}

/// <summary>Parquet's SchemaElement: a node of the schema, in depth-first order.</summary>
internal sealed class SchemaElement
{
    public PhysicalType? Type { get; set; }
    public int TypeLength { get; set; }
    public Repetition Repetition { get; set; }
    public string Name { get; set; } = "";
    public int ChildCount { get; set; }
    public ConvertedType Converted { get; set; } = ConvertedType.None;
    public int Scale { get; set; }
    public int Precision { get; set; }
    public LogicalType Logical { get; set; }
    public TimestampUnit Unit { get; set; }
    public bool IsUtc { get; set; }
    public int IntegerBits { get; set; }
    public bool IntegerSigned { get; set; } = true;
}

/// <summary>Parquet's RowGroup.</summary>
internal sealed class RowGroupMetadata
{
    public List<ColumnChunkMetadata> Columns { get; } = [];
    public long ByteSize { get; set; }
    public long RowCount { get; set; }
}

/// <summary>Parquet's ColumnChunk and ColumnMetaData.</summary>
internal sealed class ColumnChunkMetadata
{
    public string? FilePath { get; set; }
    public bool HasMetadata { get; set; }
    public bool IsEncrypted { get; set; }
    public PhysicalType Type { get; set; }
    public List<PageEncoding> Encodings { get; } = [];
    public List<string> Path { get; } = [];
    public ParquetCompression Codec { get; set; }
    public long ValueCount { get; set; }
    public long UncompressedSize { get; set; }
    public long CompressedSize { get; set; }
    public long DataPageOffset { get; set; }
    public long? DictionaryPageOffset { get; set; }
    public ChunkStatistics? Statistics { get; set; }
}

/// <summary>Parquet's Statistics: of a row group's column.</summary>
internal sealed class ChunkStatistics
{
    /// <summary>The deprecated minimum, whose order older writers did not define for text.</summary>
    public byte[]? OldMinimum { get; set; }

    /// <summary>The deprecated maximum.</summary>
    public byte[]? OldMaximum { get; set; }
    public byte[]? Minimum { get; set; }
    public byte[]? Maximum { get; set; }
    public long? NullCount { get; set; }
    public long? DistinctCount { get; set; }
}

/// <summary>Parquet's PageHeader, with the fields of the four kinds of page side by side.</summary>
internal sealed class PageHeader
{
    public PageType Type { get; set; }
    public int UncompressedSize { get; set; }
    public int CompressedSize { get; set; }
    public int ValueCount { get; set; }
    public PageEncoding Encoding { get; set; }
    public PageEncoding DefinitionEncoding { get; set; } = PageEncoding.RunLength;
    public PageEncoding RepetitionEncoding { get; set; } = PageEncoding.RunLength;
    public int NullCount { get; set; }
    public int RowCount { get; set; }
    public int DefinitionBytes { get; set; }
    public int RepetitionBytes { get; set; }
    public bool IsCompressed { get; set; } = true;
    public bool HasBody { get; set; }
}
