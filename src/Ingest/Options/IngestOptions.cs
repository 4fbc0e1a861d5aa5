using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Ingest;

/// <summary>From raw files to the k-core of implicit feedback.</summary>
public sealed record IngestOptions
{
    /// <summary>The raw files; a file that several patterns match is read once.</summary>
    public IReadOnlyList<InteractionSource> Interactions { get; init; } = [];

    /// <summary>Rows rated lower are no feedback; left out, every rating counts. A row without a rating counts only then.</summary>
    public double? MinRating { get; init; }

    /// <summary>The lowest rating that makes sense; lower ones are quarantined.</summary>
    public double LowestRating { get; init; } = 1;

    /// <summary>The highest rating that makes sense; higher ones are quarantined.</summary>
    public double HighestRating { get; init; } = 5;

    /// <summary>
    /// Ids that stand for a missing value, as programs write one; such rows are quarantined. The case of letters counts.
    /// </summary>
    public IReadOnlyList<string> MissingIds { get; init; } = ["nan", "NaN", "null", "NULL", "None", "<NA>"];

    /// <summary>A user with fewer interactions is dropped (CRANE paper, section 4.1: 4). 0 keeps everyone.</summary>
    [Range(0, int.MaxValue)]
    public int MinUserInteractions { get; init; } = 4;

    /// <summary>An item with fewer interactions is dropped. 0 keeps every item, which is the paper's wording (users only).</summary>
    [Range(0, int.MaxValue)]
    public int MinItemInteractions { get; init; } = 4;

    /// <summary>Repeat until nobody is below the limits (the k-core), or drop once those who are below them at the start.</summary>
    public bool Iterate { get; init; } = true;

    /// <summary>The share of lines that may be unreadable before the whole stage fails.</summary>
    [Range(0.0, 1.0)]
    public double QuarantineLimit { get; init; } = 0.01;

    /// <summary>How many quarantined lines are kept word for word; all are counted.</summary>
    [Range(10, 1_000_000)]
    public int QuarantineSample { get; init; } = 10_000;
}
