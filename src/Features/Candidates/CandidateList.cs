namespace CranePipeline.Features;

/// <summary>Every item's nearest items in one modality, most similar first, equally similar ones by item number.</summary>
/// <param name="Modality">The modality's name.</param>
/// <param name="ItemCount">Items in the data set.</param>
/// <param name="Count">Places of each item.</param>
/// <param name="Items"><c>[ItemCount × Count]</c>, row after row; −1 where an item has fewer.</param>
/// <param name="Similarities"><c>[ItemCount × Count]</c>, cosines; NaN where unknown or where there is no item.</param>
public sealed record CandidateList(string Modality, int ItemCount, int Count, int[] Items, float[] Similarities)
{
    /// <summary>How the lists were made: "exact", "ivf" or "import".</summary>
    public required string Method { get; init; }

    /// <summary>Items that have no candidate at all.</summary>
    public int Isolated { get; init; }

    /// <summary>Items without a vector of their own, which neither have candidates nor are any.</summary>
    public int Missing { get; init; }

    /// <summary>Items whose vector is zero and so points nowhere; they neither have candidates nor are any.</summary>
    public int ZeroVectors { get; init; }

    /// <summary>Lists of an approximate search; null for the other methods.</summary>
    public int? Lists { get; init; }

    /// <summary>Lists an item was compared with in an approximate search; null for the other methods.</summary>
    public int? Probes { get; init; }

    /// <summary>Share of the exact candidates that an approximate search found on its sample; null for the other methods.</summary>
    public double? MeasuredRecall { get; init; }

    /// <summary>Candidates of one item, without the empty places.</summary>
    public ReadOnlySpan<int> Of(int item)
    {
        ReadOnlySpan<int> row = Items.AsSpan(checked(item * Count), Count);
        int end = row.IndexOf(-1);
        return end < 0 ? row : row[..end];
    }
}
