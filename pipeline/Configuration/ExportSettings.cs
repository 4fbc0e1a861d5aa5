namespace CranePipeline.Configuration;

/// <summary>Settings of the files that commands write for others.</summary>
internal sealed record ExportSettings
{
    /// <summary>
    /// Whether a CSV cell that a spreadsheet would run as a formula begins with an apostrophe, which makes it text there.
    /// </summary>
    public bool NeutralizeFormulas { get; init; } = true;
}
