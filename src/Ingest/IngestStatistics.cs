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

    /// <summary>Rows whose time was a number that cannot be one (before 1990, after 2100); they are kept.</summary>
    public long ImplausibleTimestamps { get; init; }

    /// <summary>Those of them whose time was taken from the date written out beside it.</summary>
    public long RepairedTimestamps { get; init; }

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
