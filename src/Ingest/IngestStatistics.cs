namespace CranePipeline.Ingest;

/// <summary>What was read, what each rule removed, and the CRANE paper's table 2 of what is left.</summary>
public sealed record IngestStatistics
{
    /// <summary>Lines of all files, headers and blank lines among them.</summary>
    public long Lines { get; init; }

    /// <summary>Lines that gave a row.</summary>
    public long Rows { get; init; }

    /// <summary>Distinct users in these rows.</summary>
    public int RawUsers { get; init; }

    /// <summary>Distinct items in these rows.</summary>
    public int RawItems { get; init; }

    /// <summary>Lines in quarantine, kind by kind; kinds that did not occur are left out.</summary>
    public required IReadOnlyDictionary<LineFault, long> Quarantined { get; init; }

    /// <summary>Rows whose time could not be one and was taken from the date written out beside it.</summary>
    public long RepairedTimestamps { get; init; }

    /// <summary>Rows without a time, where others have one.</summary>
    public long WithoutTimestamp { get; init; }

    /// <summary>Rows without a label, where others have one.</summary>
    public long WithoutLabel { get; init; }

    /// <summary>Rows that were no feedback by <see cref="IngestOptions.MinRating"/>.</summary>
    public long BelowMinRating { get; init; }

    /// <summary>Rows that repeated another in user, item, rating, time and label.</summary>
    public long ExactDuplicates { get; init; }

    /// <summary>Other rows of a (user, item) pair beside its earliest.</summary>
    public long RepeatedPairs { get; init; }

    /// <summary>(user, item) pairs that stood under different labels.</summary>
    public long LabelConflicts { get; init; }

    /// <summary>Users removed by <see cref="IngestOptions.MinUserInteractions"/>, or left with nothing.</summary>
    public int UsersRemoved { get; init; }

    /// <summary>Items removed by <see cref="IngestOptions.MinItemInteractions"/>, or left with nothing.</summary>
    public int ItemsRemoved { get; init; }

    /// <summary>Interactions removed with them.</summary>
    public long InteractionsRemoved { get; init; }

    /// <summary>How the times of each source were read; sources without times are left out.</summary>
    public IReadOnlyList<TimestampColumn> Timestamps { get; init; } = [];

    /// <summary>All that was dropped or mended, reason by reason.</summary>
    public IReadOnlyList<ReasonCount> Reasons { get; init; } = [];

    /// <summary>Users left.</summary>
    public int Users { get; init; }

    /// <summary>Items left.</summary>
    public int Items { get; init; }

    /// <summary>Interactions left.</summary>
    public int Interactions { get; init; }

    /// <summary>Share of (user, item) pairs without an interaction.</summary>
    public double Sparsity => Users == 0 || Items == 0 ? 0 : 1.0 - Interactions / ((double)Users * Items);

    /// <summary>Mean interactions a user.</summary>
    public double InteractionsPerUser => Users == 0 ? 0 : (double)Interactions / Users;

    /// <summary>Mean interactions an item.</summary>
    public double InteractionsPerItem => Items == 0 ? 0 : (double)Interactions / Items;

    /// <summary>Users by their number of interactions, ascending.</summary>
    public required IReadOnlyList<DegreeCount> UserDegrees { get; init; }

    /// <summary>Items by their number of interactions, ascending.</summary>
    public required IReadOnlyList<DegreeCount> ItemDegrees { get; init; }
}

/// <summary>One bar of a degree histogram.</summary>
/// <param name="Degree">How many interactions a user or item has.</param>
/// <param name="Count">How many users or items have that many.</param>
public readonly record struct DegreeCount(int Degree, int Count);

/// <summary>What was dropped or mended for one reason.</summary>
/// <param name="Count">How often.</param>
/// <param name="Reason">What and why, with the setting that changes it, to be read after the count.</param>
/// <param name="Example">One of them; null where none is at hand.</param>
public sealed record ReasonCount(long Count, string Reason, string? Example);

/// <summary>How the times of one source were read.</summary>
/// <param name="Source">The source's path or pattern.</param>
/// <param name="Unit">What its numbers count; <see cref="TimestampUnit.Auto"/> if there are written dates only.</param>
/// <param name="First">The earliest: milliseconds since 1970-01-01 UTC, or the lowest place in an order.</param>
/// <param name="Last">The latest.</param>
public sealed record TimestampColumn(string Source, TimestampUnit Unit, long First, long Last);
