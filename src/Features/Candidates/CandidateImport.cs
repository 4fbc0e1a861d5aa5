using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>Candidates that were found elsewhere.</summary>
public static class CandidateImport
{
    /// <summary>The <see cref="CandidateList.Method"/> of its lists.</summary>
    public const string Method = "import";

    /// <summary>
    /// Reads tab-separated lines of a raw item id, a raw neighbour id and perhaps a similarity; a first line with the word "item"
    /// in it is a heading, unless it names two items of the data set. Neighbours keep the file's order, or are sorted by similarity
    /// where the file has it. Pairs with items the data set does not have, an item with itself, and repeated pairs are passed over.
    /// </summary>
    /// <param name="modality">The modality's name.</param>
    /// <param name="options">The modality; <see cref="ModalityOptions.Path"/> is the file.</param>
    /// <param name="itemIds">Raw ids; the index is the item number.</param>
    /// <param name="dataFolder">What the path is relative to.</param>
    /// <param name="count">Most neighbours kept for an item. The result is as wide as the longest list within that.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="InputException">The file is missing, malformed, or names no items of the data set.</exception>
    public static CandidateList Read(
        string modality,
        ModalityOptions options,
        string[] itemIds,
        string dataFolder,
        int count,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(itemIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        string path = FeatureBuilder.RequiredPath(modality, options, dataFolder);
        InputFile.Check(path);
        NeighbourFile file = UnpackedFile.Read(
            path,
            readable => NeighbourFile.Read(readable, itemIds, cancellation),
            null,
            cancellation
        );
        int longest = 1;
        int isolated = 0;
        foreach (List<Neighbour> neighbours in file.Neighbours)
        {
            longest = Math.Max(longest, neighbours.Count);
            isolated += neighbours.Count == 0 ? 1 : 0;
        }

        int width = Math.Min(count, longest);
        var items = new int[checked(itemIds.Length * width)];
        var similarities = new float[items.Length];
        Array.Fill(items, -1);
        Array.Fill(similarities, float.NaN);
        for (int item = 0; item < itemIds.Length; item++)
        {
            List<Neighbour> neighbours = file.Neighbours[item];
            if (file.HasSimilarities)
            {
                neighbours.Sort(
                    static (a, b) =>
                        b.Similarity.CompareTo(a.Similarity) is var order and not 0 ? order : a.Item.CompareTo(b.Item)
                );
            }

            for (int rank = 0; rank < Math.Min(width, neighbours.Count); rank++)
            {
                items[(item * width) + rank] = neighbours[rank].Item;
                similarities[(item * width) + rank] = neighbours[rank].Similarity;
            }
        }

        return new CandidateList(modality, itemIds.Length, width, items, similarities)
        {
            Method = Method,
            Isolated = isolated,
            Missing = isolated,
        };
    }
}
