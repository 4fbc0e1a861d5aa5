namespace CranePipeline.Ingest.Rows;

/// <summary>One row as a parser sees it: ids by their place in the buffer.</summary>
internal struct Row
{
    /// <summary>The label of a row that has none.</summary>
    public const byte NoLabel = byte.MaxValue;

    /// <summary>The time of a row that has none.</summary>
    public const long NoTimestamp = long.MinValue;

    public int UserStart;
    public int UserLength;
    public int ItemStart;
    public int ItemLength;

    /// <summary>NaN where there is none.</summary>
    public float Rating;

    /// <summary>Milliseconds since 1970, or <see cref="NoTimestamp"/>.</summary>
    public long Timestamp;

    /// <summary>0 train, 1 valid, 2 test, or <see cref="NoLabel"/>.</summary>
    public byte Label;

    /// <summary>Whether the row had a time that cannot be one.</summary>
    public bool ImplausibleTimestamp;

    /// <summary>Whether the time was taken from a second, written-out date.</summary>
    public bool RepairedTimestamp;

    public void Reset()
    {
        UserLength = 0;
        ItemLength = 0;
        Rating = float.NaN;
        Timestamp = NoTimestamp;
        Label = NoLabel;
        ImplausibleTimestamp = false;
        RepairedTimestamp = false;
    }
}
