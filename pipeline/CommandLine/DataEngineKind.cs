namespace CranePipeline.CommandLine;

/// <summary>What runs the data stages.</summary>
internal enum DataEngineKind
{
    /// <summary>This process, streaming.</summary>
    Local,

    /// <summary>A Spark cluster; a build with <c>-p:Spark=true</c>.</summary>
    Spark,
}
