using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Ingest.Download;

/// <summary>A raw file and where it can be had.</summary>
public sealed record DownloadFile
{
    /// <summary>Where it goes, relative to the data folder.</summary>
    public string Path { get; init; } = "";

    /// <summary>Addresses (http or https) of the same bytes, tried in order.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>The file's SHA-256 in hexadecimal, checked where given.</summary>
    [RegularExpression("^[0-9A-Fa-f]{64}$")]
    public string? Sha256 { get; init; }

    /// <summary>The file's size, checked where given.</summary>
    [Range(0L, long.MaxValue)]
    public long? Bytes { get; init; }
}
