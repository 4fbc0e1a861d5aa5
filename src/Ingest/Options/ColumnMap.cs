namespace CranePipeline.Ingest;

/// <summary>
/// Which column or JSON member holds what. Each is a name as the header or the JSON object has it, or (delimited files
/// only) a number counted from 1. What is left out is looked for under its usual names and places.
/// </summary>
public sealed record ColumnMap
{
    /// <summary>The column of the raw user id.</summary>
    public string? User { get; init; }

    /// <summary>The column of the raw item id.</summary>
    public string? Item { get; init; }

    /// <summary>The column of the rating.</summary>
    public string? Rating { get; init; }

    /// <summary>The column of the time: Unix seconds or milliseconds, told apart by their size.</summary>
    public string? Timestamp { get; init; }

    /// <summary>The column that says which part of a published split the row belongs to.</summary>
    public string? Label { get; init; }
}
