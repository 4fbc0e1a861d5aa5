namespace CranePipeline.Tables;

/// <summary>A row group of a Parquet file, as its footer describes it.</summary>
/// <param name="RowCount">How many rows it has.</param>
/// <param name="ByteSize">The bytes of its values, uncompressed.</param>
/// <param name="Columns">What is known of each column, in the schema's order.</param>
public sealed record ParquetRowGroup(int RowCount, long ByteSize, IReadOnlyList<ParquetColumnChunk> Columns);
