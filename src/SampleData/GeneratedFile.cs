namespace CranePipeline.SampleData;

/// <summary>A file the generator wrote.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Bytes">Size in bytes.</param>
public sealed record GeneratedFile(string Path, long Bytes);
