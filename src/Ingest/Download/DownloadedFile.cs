namespace CranePipeline.Ingest.Download;

/// <summary>A file that is now in place.</summary>
/// <param name="Path">Relative to the data folder.</param>
/// <param name="FullPath">Where it lies.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal; null where it lay there already and no hash was given to check.</param>
/// <param name="Url">The address it came from; null where it lay there already.</param>
public sealed record DownloadedFile(string Path, string FullPath, long Bytes, string? Sha256, string? Url);
