using System.Globalization;
using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>
/// Known neighbours: tab-separated lines of an item's raw id, a neighbour's raw id and perhaps their similarity. Items that the data set does not have
/// are passed over, and a line may have <see cref="InputFile.LongestLine"/> characters.
/// </summary>
internal sealed record NeighbourFile(List<Neighbour>[] Neighbours, bool HasSimilarities, long Lines, long RepeatedPairs)
{
    internal static NeighbourFile Read(string path, string[] itemIds, CancellationToken cancellation)
    {
        var itemOf = new Dictionary<string, int>(itemIds.Length, StringComparer.Ordinal);
        for (int item = 0; item < itemIds.Length; item++)
        {
            itemOf[itemIds[item]] = item;
        }

        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = itemOf.GetAlternateLookup<ReadOnlySpan<char>>();
        var neighbours = new List<Neighbour>[itemIds.Length];
        for (int item = 0; item < neighbours.Length; item++)
        {
            neighbours[item] = [];
        }

        var pairs = new HashSet<(int, int)>();
        int? columns = null;
        long number = 0;
        long repeated = 0;
        foreach (string line in InputFile.Lines(path))
        {
            number++;
            if ((number & 0xFFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if (line.Length == 0 || (number == 1 && line.Contains("item", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            ReadOnlySpan<char> text = line;
            int first = text.IndexOf('\t');
            int second = first < 0 ? -1 : text[(first + 1)..].IndexOf('\t');
            int found =
                first < 0 ? 1
                : second < 0 ? 2
                : 3;
            columns ??= found;
            if (found == 1 || found != columns)
            {
                throw new InputException(
                    $"'{path}', line {number}: {found} tab-separated fields, where an item, a neighbour and, in all lines or in none, a similarity belong."
                );
            }

            ReadOnlySpan<char> neighbourId = second < 0 ? text[(first + 1)..] : text.Slice(first + 1, second);
            float similarity = float.NaN;
            if (
                found == 3
                && (
                    !float.TryParse(
                        text[(first + second + 2)..],
                        NumberStyles.Float,
                        CultureInfo.InvariantCulture,
                        out similarity
                    ) || !float.IsFinite(similarity)
                )
            )
            {
                throw new InputException($"'{path}', line {number}: the similarity is not a finite number; correct the line.");
            }

            if (
                !lookup.TryGetValue(text[..first], out int item)
                || !lookup.TryGetValue(neighbourId, out int neighbour)
                || item == neighbour
            )
            {
                continue;
            }

            if (pairs.Add((item, neighbour)))
            {
                neighbours[item].Add(new Neighbour(neighbour, similarity));
            }
            else
            {
                repeated++;
            }
        }

        if (pairs.Count == 0)
        {
            throw new InputException(
                $"'{path}' names no two items of the data set; check that its ids are the raw item ids of the interactions."
            );
        }

        return new NeighbourFile(neighbours, columns == 3, number, repeated);
    }
}

/// <summary>A neighbour by item number, and how similar it is; NaN where that is not known.</summary>
internal readonly record struct Neighbour(int Item, float Similarity);
