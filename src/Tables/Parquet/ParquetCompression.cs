namespace CranePipeline.Tables;

/// <summary>How pages are compressed; the numbers are the Parquet format's.</summary>
public enum ParquetCompression
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>Snappy: fast, what most tools write.</summary>
    Snappy = 1,

    /// <summary>Gzip: slower and smaller.</summary>
    Gzip = 2,

    /// <summary>LZO: not read.</summary>
    Lzo = 3,

    /// <summary>Brotli: slowest and smallest.</summary>
    Brotli = 4,

    /// <summary>LZ4 in Hadoop's framing, deprecated by the format: not read.</summary>
    Lz4Hadoop = 5,

    /// <summary>Zstandard, through the system's libzstd.</summary>
    Zstandard = 6,

    /// <summary>LZ4 blocks: read, not written.</summary>
    Lz4Raw = 7,
}
