using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Tables;

/// <summary>How <see cref="ParquetWriter"/> lays a file out. The same table and options give the same bytes.</summary>
public sealed record ParquetWriteOptions
{
    /// <summary>How pages are compressed. A column that compression does not make at least a tenth smaller is stored without, so that it reads faster.</summary>
    public ParquetCompression Compression { get; init; } = ParquetCompression.Snappy;

    /// <summary>The most rows in a row group.</summary>
    [Range(1, int.MaxValue)]
    public int RowGroupRows { get; init; } = 1 << 20;

    /// <summary>The most bytes of values in a row group, about; a group always has at least one row.</summary>
    [Range(1, long.MaxValue)]
    public long RowGroupBytes { get; init; } = 64L << 20;

    /// <summary>The bytes of values after which a page is closed.</summary>
    [Range(1, 1 << 30)]
    public int PageBytes { get; init; } = 1 << 20;

    /// <summary>The version of data pages, 1 (which everything reads) or 2.</summary>
    [Range(1, 2)]
    public int PageVersion { get; init; } = 1;

    /// <summary>Whether repeated values are replaced by indices into a dictionary where that makes a column smaller.</summary>
    public bool Dictionary { get; init; } = true;

    /// <summary>
    /// Whether integers that never fall are written as differences (DELTA_BINARY_PACKED), a few bits each: smaller files, written faster. Not the
    /// default, since Spark before 3.3, which is all that Microsoft.Spark goes with, does not read them.
    /// </summary>
    public bool Deltas { get; init; }

    /// <summary>Whether the least and greatest value and the number of missing values of every row group are written.</summary>
    public bool Statistics { get; init; } = true;
}
