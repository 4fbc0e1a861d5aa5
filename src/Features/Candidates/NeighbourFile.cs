using System.Globalization;
using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>
/// Known neighbours: an item's raw id, a neighbour's raw id and perhaps their similarity, in tab-separated lines of up to
/// <see cref="InputFile.LongestLine"/> characters or in the first columns of a Parquet or Feather table. Items that the data set
/// does not have are passed over.
/// </summary>
internal sealed record NeighbourFile(List<Neighbour>[] Neighbours, bool HasSimilarities, long Lines, long RepeatedPairs)
{
    internal static NeighbourFile Read(string path, string[] itemIds, CancellationToken cancellation)
    {
        InputFile.Check(path);
        var pairs = new Pairs(itemIds);
        return ForeignTable.IsOne(path) ? ReadTable(path, pairs, cancellation) : ReadText(path, pairs, cancellation);
    }

    private static NeighbourFile ReadText(string path, Pairs pairs, CancellationToken cancellation)
    {
        int? columns = null;
        long number = 0;
        foreach (string line in InputFile.Lines(path))
        {
            number++;
            if ((number & 0xFFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            if (line.Length == 0)
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
            ReadOnlySpan<char> neighbour = second < 0 ? text[(first + 1)..] : text.Slice(first + 1, second);
            if (
                number == 1
                && line.Contains("item", StringComparison.OrdinalIgnoreCase)
                && !(first >= 0 && pairs.AreItems(text[..first], neighbour))
            )
            {
                continue;
            }

            columns ??= found;
            if (found == 1 || found != columns)
            {
                throw new InputException(
                    $"'{path}', line {number}: {found} tab-separated fields, where an item, a "
                        + "neighbour and, in all lines or in none, a similarity belong; correct the line"
                );
            }

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
                throw NoSimilarity(path, $"line {number}");
            }

            pairs.Add(text[..first], neighbour, similarity);
        }

        return pairs.Join(path, columns == 3, number);
    }

    private static NeighbourFile ReadTable(string path, Pairs pairs, CancellationToken cancellation)
    {
        using ForeignTable table = ForeignTable.Open(path);
        string there = VisibleText.Of(string.Join(", ", table.Columns.Select(column => $"{column.Name}: {column.Type}")));
        if (table.Columns.Count is < 2 or > 3)
        {
            throw new InputException(
                $"'{path}' has {table.Columns.Count} columns ({there}), where an item, a "
                    + "neighbour and perhaps a similarity belong, in this order; write it with these alone"
            );
        }

        bool similar = table.Columns.Count == 3;
        long rows = 0;
        foreach (ForeignBatch batch in table.Batches([.. Enumerable.Range(0, table.Columns.Count)], cancellation))
        {
            for (int row = 0; row < batch.RowCount; row++)
            {
                double? similarity = similar ? batch.Columns[2].Number(row) : double.NaN;
                if (similar && !(similarity is { } number && double.IsFinite((float)number)))
                {
                    throw NoSimilarity(path, $"row {batch.FirstRow + row}");
                }

                if (batch.Columns[0].Text(row) is { } item && batch.Columns[1].Text(row) is { } neighbour)
                {
                    pairs.Add(item, neighbour, (float)similarity!);
                }
            }

            rows += batch.RowCount;
        }

        return pairs.Join(path, similar, rows);
    }

    private static InputException NoSimilarity(string path, string place) =>
        new($"'{path}', {place}: the similarity is not a finite number; correct it");

    /// <summary>Pairs of the data set's items, each once.</summary>
    private sealed class Pairs
    {
        private readonly RawIdLookup items;
        private readonly List<Neighbour>[] neighbours;
        private readonly HashSet<(int, int)> seen = [];
        private long repeated;

        public Pairs(string[] itemIds)
        {
            items = new RawIds(IdKind.Item, itemIds).Lookup();
            neighbours = [.. itemIds.Select(_ => new List<Neighbour>())];
        }

        public void Add(ReadOnlySpan<char> itemId, ReadOnlySpan<char> neighbourId, float similarity)
        {
            if (!items.TryFind(itemId, out int item) || !items.TryFind(neighbourId, out int neighbour) || item == neighbour)
            {
                return;
            }

            if (seen.Add((item, neighbour)))
            {
                neighbours[item].Add(new Neighbour(neighbour, similarity));
            }
            else
            {
                repeated++;
            }
        }

        public bool AreItems(ReadOnlySpan<char> first, ReadOnlySpan<char> second) =>
            items.TryFind(first, out _) && items.TryFind(second, out _);

        public NeighbourFile Join(string path, bool similar, long lines) =>
            seen.Count > 0
                ? new NeighbourFile(neighbours, similar, lines, repeated)
                : throw new InputException(
                    $"'{path}' names no two items of the data set; check that its ids are the raw item ids of the interactions"
                );
    }
}

/// <summary>A neighbour by item number, and how similar it is; NaN where that is not known.</summary>
internal readonly record struct Neighbour(int Item, float Similarity);
