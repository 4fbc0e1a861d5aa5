namespace CranePipeline.Ingest;

/// <summary>A raw file that was read, or will be.</summary>
/// <param name="Path">Relative to the data folder, with forward slashes.</param>
/// <param name="FullPath">Where it lies.</param>
/// <param name="Bytes">Its size as stored.</param>
public sealed record SourceFile(string Path, string FullPath, long Bytes);
