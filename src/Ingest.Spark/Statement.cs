namespace CranePipeline.Ingest.Spark;

/// <summary>One Spark SQL statement of a plan.</summary>
/// <param name="Purpose">What it is for, in a few words that a person who waits is told.</param>
/// <param name="Sql">The statement, without a semicolon.</param>
public sealed record Statement(string Purpose, string Sql);
