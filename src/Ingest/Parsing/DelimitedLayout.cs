namespace CranePipeline.Ingest.Parsing;

/// <summary>Which column of a delimited file holds what; −1 for none. Columns count from 0.</summary>
internal sealed record DelimitedLayout(string Separator, bool Header, int User, int Item, int Rating, int Timestamp, int Label)
{
    /// <summary>The last column that is read.</summary>
    public int LastColumn => Math.Max(Math.Max(Math.Max(User, Item), Math.Max(Rating, Timestamp)), Label);
}
