namespace CranePipeline.Ingest.Graph;

/// <summary>What was found where one user has several rows of one item.</summary>
internal struct RepeatCounts
{
    /// <summary>Rows that say what another one says.</summary>
    public long ExactDuplicates;

    /// <summary>Other rows that are not the pair's earliest.</summary>
    public long RepeatedPairs;

    /// <summary>Pairs with rows of different labels.</summary>
    public long LabelConflicts;

    public void Add(in RepeatCounts other)
    {
        ExactDuplicates += other.ExactDuplicates;
        RepeatedPairs += other.RepeatedPairs;
        LabelConflicts += other.LabelConflicts;
    }
}
