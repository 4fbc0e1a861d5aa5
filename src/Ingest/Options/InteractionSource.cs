namespace CranePipeline.Ingest;

/// <summary>One raw file of interactions, or several that match one pattern.</summary>
public sealed record InteractionSource
{
    /// <summary>
    /// Path relative to the data folder, or a pattern with <c>*</c> and <c>**</c>. Files may be plain, gzip or bzip2,
    /// whatever they are called.
    /// </summary>
    public string Path { get; init; } = "";

    /// <summary>The files' format.</summary>
    public InteractionFormat Format { get; init; } = InteractionFormat.Auto;

    /// <summary>Which column holds what, where it is not as usual.</summary>
    public ColumnMap? Columns { get; init; }

    /// <summary>The separator of a delimited file (<c>\t</c> for a tab); told from the first lines if left out.</summary>
    public string? Separator { get; init; }

    /// <summary>Whether a delimited file's first line names the columns; told from that line if left out.</summary>
    public bool? Header { get; init; }

    /// <summary>The values of the label column.</summary>
    public LabelMap Labels { get; init; } = new();

    /// <summary>A text file of <c>raw-id index</c> lines that turns this source's user indices back into raw ids.</summary>
    public string? UserIdMap { get; init; }

    /// <summary>A text file of <c>raw-id index</c> lines that turns this source's item indices back into raw ids.</summary>
    public string? ItemIdMap { get; init; }
}
