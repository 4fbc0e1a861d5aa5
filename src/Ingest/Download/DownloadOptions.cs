using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Ingest.Download;

/// <summary>How patient a download is.</summary>
public sealed record DownloadOptions
{
    /// <summary>Retries of one address in a row that bring no new bytes, before the next address is tried.</summary>
    [Range(0, 1_000)]
    public int Retries { get; init; } = 5;

    /// <summary>Seconds before the first retry; doubled for each further one in a row. A server's Retry-After goes before.</summary>
    [Range(0.0, 3_600.0)]
    public double DelaySeconds { get; init; } = 1;

    /// <summary>The longest wait, in seconds, whatever doubling or the server says.</summary>
    [Range(0.0, 86_400.0)]
    public double MaxDelaySeconds { get; init; } = 120;

    /// <summary>Seconds without a single byte after which a connection counts as dead.</summary>
    [Range(1.0, 3_600.0)]
    public double StallSeconds { get; init; } = 60;

    /// <summary>
    /// Whether plain http, and redirects to hosts that the data set file does not name, are followed. Whoever sits on the way can
    /// then send anything.
    /// </summary>
    public bool AllowInsecure { get; init; }
}
