namespace CranePipeline.Ingest.Rows;

/// <summary>What a worker counted in one batch.</summary>
internal struct RowCounts()
{
    public long Rows;
    public long BelowMinRating;
    public long ImplausibleTimestamps;
    public long RepairedTimestamps;
    public bool HasRatings;
    public bool HasTimestamps;
    public bool HasLabels;
    public long[] Faults = new long[Enum.GetValues<LineFault>().Length];
}
