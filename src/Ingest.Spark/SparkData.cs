namespace CranePipeline.Ingest.Spark;

/// <summary>Where the raw files are, as this program and as the cluster sees them.</summary>
/// <param name="Folder">The data folder of this program.</param>
/// <param name="ClusterFolder">
/// The same folder's name on the cluster, such as <c>s3a://bucket/raw</c> or <c>hdfs:///raw</c>; null where the cluster sees
/// <paramref name="Folder"/> itself.
/// </param>
public sealed record SparkData(string Folder, string? ClusterFolder = null);
