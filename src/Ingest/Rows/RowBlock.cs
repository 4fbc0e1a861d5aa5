namespace CranePipeline.Ingest.Rows;

/// <summary>Rows of one chunk with interned ids.</summary>
internal sealed record RowBlock(int[] Users, Entry[] Entries);
