namespace CranePipeline.Tables;

/// <summary>What the footer says of a column in one row group.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Compression">How its pages are compressed.</param>
/// <param name="CompressedBytes">The bytes it takes in the file.</param>
/// <param name="UncompressedBytes">The bytes its pages have uncompressed.</param>
/// <param name="MissingCount">How many values are missing, where the file tells.</param>
/// <param name="Minimum">
/// A value no row is below: an <see cref="int"/>, <see cref="long"/>, <see cref="float"/>, <see cref="double"/>, <see cref="bool"/>,
/// <see cref="string"/>, <see cref="DateOnly"/> or <see cref="decimal"/> as the column's type has it (a timestamp's count as
/// <see cref="long"/>), or null where the file does not tell.
/// </param>
/// <param name="Maximum">A value no row is above, likewise.</param>
public sealed record ParquetColumnChunk(
    string Name,
    ParquetCompression Compression,
    long CompressedBytes,
    long UncompressedBytes,
    long? MissingCount,
    object? Minimum,
    object? Maximum
);
