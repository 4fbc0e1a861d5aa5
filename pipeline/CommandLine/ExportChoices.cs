namespace CranePipeline.CommandLine;

/// <summary>A table that <c>-Stage export</c> writes.</summary>
internal enum ExportedTable
{
    /// <summary>Final embeddings of all users and items.</summary>
    Embeddings,

    /// <summary>The lists that were evaluated.</summary>
    Recommendations,

    /// <summary>One modality's vectors.</summary>
    Features,

    /// <summary>All interactions with the part of the split each is in.</summary>
    Interactions,
}

/// <summary>How <c>-Stage export</c> writes it.</summary>
internal enum ExportedFormat
{
    /// <summary>Feather of version 2.</summary>
    Feather,

    /// <summary>Parquet.</summary>
    Parquet,

    /// <summary>Comma-separated text.</summary>
    Csv,

    /// <summary>A NumPy array, and the raw ids of its numbers in text files beside it.</summary>
    Npy,
}
