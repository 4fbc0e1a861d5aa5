namespace CranePipeline.Ingest.Internals;

/// <summary>What one row says beside its user, in 16 bytes; what a row does not have is marked by values that no row can have.</summary>
internal struct Entry
{
    /// <summary>Stands for the item of a row that only says that there is such a user.</summary>
    public const int NoItem = -1;

    // Sorts behind every time.
    private const long NoTime = 1L << 50;
    private const int LabelBits = 2;
    private const int NoLabel = (1 << LabelBits) - 1;

    public int Item;
    private readonly float rating;
    private readonly long timeAndLabel;

    public Entry(int item, float? rating, long? timestamp, byte? label)
    {
        Item = item;
        this.rating = rating ?? float.NaN;
        timeAndLabel = (timestamp ?? NoTime) << LabelBits | (long)(label ?? NoLabel);
    }

    public readonly float? Rating => float.IsNaN(rating) ? null : rating;

    /// <summary>Milliseconds since 1970, or a place in an order.</summary>
    public readonly long? Timestamp => timeAndLabel >> LabelBits == NoTime ? null : timeAndLabel >> LabelBits;

    /// <summary>0 train, 1 valid, 2 test.</summary>
    public readonly byte? Label => (timeAndLabel & NoLabel) == NoLabel ? null : (byte)(timeAndLabel & NoLabel);

    /// <summary>By time, none last, and by label within a time, none last: one comparison does both.</summary>
    public readonly int CompareTimeAndLabel(in Entry other) => timeAndLabel.CompareTo(other.timeAndLabel);
}
