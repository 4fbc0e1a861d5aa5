namespace CranePipeline.Configuration;

/// <summary>Settings of what is written for other programs.</summary>
internal sealed record ExportSettings
{
    /// <summary>
    /// Whether text in CSV files that a spreadsheet would run as a formula (it begins with = + - @ or a tab) gets an apostrophe before it.
    /// </summary>
    public bool NeutralizeFormulas { get; init; } = true;
}
