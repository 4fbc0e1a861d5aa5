using System.Globalization;
using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>Every item's nearest items in one modality, the most similar first.</summary>
/// <param name="Modality">The modality's name.</param>
/// <param name="ItemCount">Number of items.</param>
/// <param name="Items"><c>[ItemCount × places]</c>, row after row; −1 in empty places, which come last.</param>
/// <param name="Similarities"><c>[ItemCount × places]</c>, cosines; NaN where unknown or where there is no item.</param>
public sealed record ModalityCandidates(string Modality, int ItemCount, int[] Items, float[] Similarities)
{
    /// <summary>Places of each item.</summary>
    public int Places => ItemCount == 0 ? 0 : Items.Length / ItemCount;
}

/// <summary>Candidates of the item graph: for every modality and item its nearest items.</summary>
/// <remarks>
/// Columns <c>modality: string, item: int32, neighbours: list of int32, similarity: list of float</c>; the number of places of each
/// modality is in the file's metadata as <c>places.NAME</c>.
/// </remarks>
/// <param name="Modalities">A modality after the other.</param>
public sealed record Candidates(IReadOnlyList<ModalityCandidates> Modalities)
{
    private const string PlacesOf = "places.";
    private static readonly DataField Modality = new("modality", typeof(string), isNullable: false);
    private static readonly DataField<int> Item = new("item");
    private static readonly (ListField List, DataField<int> Values) Neighbours = Fields.List<int>("neighbours");
    private static readonly (ListField List, DataField<float> Values) Similarity = Fields.List<float>("similarity");
    private static readonly ParquetSchema Schema = new(Modality, Item, Neighbours.List, Similarity.List);

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        TableWriter.Write(
            path,
            Schema,
            writer =>
            {
                foreach (ModalityCandidates modality in Modalities)
                {
                    writer.Groups(modality.ItemCount, 1 << 16, (first, rows) => Write(writer, modality, first, rows));
                }
            },
            Modalities.ToDictionary(
                modality => PlacesOf + modality.Modality,
                modality => modality.Places.ToString(CultureInfo.InvariantCulture)
            ),
            Modality
        );
        return Modalities.Sum(modality => (long)modality.ItemCount);
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static Candidates Read(string path) =>
        TableReader.Read(
            path,
            "candidates",
            Schema,
            reader =>
            {
                string?[] names = reader.Texts(Modality);
                int[] items = reader.Column<int>(Item);
                (int[] neighbours, int[] offsets) = reader.Lists<int>(Neighbours.Values);
                (float[] similarities, _) = reader.Lists<float>(Similarity.Values);
                var modalities = new List<ModalityCandidates>();
                for (int first = 0, end; first < names.Length; first = end)
                {
                    string name = names[first]!;
                    int places = reader.Number(PlacesOf + name);
                    end = Array.FindIndex(names, first, other => other != name) is >= 0 and var next ? next : names.Length;
                    var modality = new ModalityCandidates(
                        name,
                        end - first,
                        new int[checked((end - first) * places)],
                        new float[(end - first) * places]
                    );
                    Array.Fill(modality.Items, -1);
                    Array.Fill(modality.Similarities, float.NaN);
                    for (int row = first; row < end; row++)
                    {
                        Range filled = offsets[row]..offsets[row + 1];
                        int at = items[row] * places;
                        neighbours.AsSpan(filled).CopyTo(modality.Items.AsSpan(at, places));
                        similarities.AsSpan(filled).CopyTo(modality.Similarities.AsSpan(at, places));
                    }

                    modalities.Add(modality);
                }

                return new Candidates(modalities);
            }
        );

    private static void Write(TableWriter writer, ModalityCandidates modality, int first, int rows)
    {
        int places = modality.Places;
        int[] offsets = new int[rows + 1];
        for (int row = 0; row < rows; row++)
        {
            int filled = modality.Items.AsSpan((first + row) * places, places).IndexOf(-1);
            offsets[row + 1] = offsets[row] + (filled < 0 ? places : filled);
        }

        int[] neighbours = new int[offsets[rows]];
        var similarities = new float[offsets[rows]];
        int[] items = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            int at = (first + row) * places;
            int count = offsets[row + 1] - offsets[row];
            items[row] = first + row;
            modality.Items.AsSpan(at, count).CopyTo(neighbours.AsSpan(offsets[row]));
            modality.Similarities.AsSpan(at, count).CopyTo(similarities.AsSpan(offsets[row]));
        }

        string[] names = new string[rows];
        Array.Fill(names, modality.Modality);
        (int[] definition, int[] repetition) = ListLevels.OfOffsets(offsets);
        writer.Column(Modality, names);
        writer.Column<int>(Item, items);
        writer.Lists<int>(Neighbours.Values, neighbours, definition, repetition);
        writer.Lists<float>(Similarity.Values, similarities, definition, repetition);
    }
}
