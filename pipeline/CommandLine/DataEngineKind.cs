namespace CranePipeline.CommandLine;

/// <summary>What runs the data stages.</summary>
internal enum DataEngineKind
{
    /// <summary>This process, streaming.</summary>
    Local,

    /// <summary>A Spark cluster, by Spark Connect.</summary>
    Spark,
}
