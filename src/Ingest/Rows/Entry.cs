namespace CranePipeline.Ingest.Rows;

/// <summary>What one row says beside its user: 16 bytes.</summary>
internal struct Entry
{
    /// <summary>Stands for the item of a row that only says that there is such a user.</summary>
    public const int NoItem = -1;

    /// <summary>Stands for no time, and sorts behind every time.</summary>
    private const long NoTime = 1L << 50;

    public int Item;

    /// <summary>NaN where there is none.</summary>
    public float Rating;

    /// <summary>Milliseconds × 4 + label, 3 for none, so that one comparison finds the earliest.</summary>
    public long TimeAndLabel;

    public Entry(int item, float rating, long timestamp, byte label)
    {
        Item = item;
        Rating = rating;
        TimeAndLabel = ((timestamp == Row.NoTimestamp ? NoTime : timestamp) << 2) | (label == Row.NoLabel ? 3L : label);
    }

    public readonly long Timestamp => TimeAndLabel >> 2 == NoTime ? Row.NoTimestamp : TimeAndLabel >> 2;

    public readonly byte Label => (TimeAndLabel & 3) == 3 ? Row.NoLabel : (byte)(TimeAndLabel & 3);

    /// <summary>
    /// Whether this row stands for the pair rather than the other: the earlier, then the one with the earlier part, then the one
    /// with the lower rating. A rule on the rows' contents, so that their order in the files decides nothing.
    /// </summary>
    public readonly bool Precedes(in Entry other) =>
        TimeAndLabel != other.TimeAndLabel
            ? TimeAndLabel < other.TimeAndLabel
            : Rating < other.Rating || (float.IsNaN(other.Rating) && !float.IsNaN(Rating));

    /// <summary>Whether two rows of one user and item say the same.</summary>
    public readonly bool Repeats(in Entry other) => TimeAndLabel == other.TimeAndLabel && Rating.Equals(other.Rating);
}
