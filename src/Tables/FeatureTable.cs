using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>One modality's vectors; the row number is the item's integer id.</summary>
/// <remarks>Columns <c>item: int32, feature: list of float, present: bool</c>, in groups of 2,048 rows.</remarks>
public sealed record FeatureTable
{
    private static readonly DataField<int> Item = new("item");
    private static readonly (ListField List, DataField<float> Values) Feature = Fields.List<float>("feature");
    private static readonly DataField<bool> IsPresent = new("present");
    private static readonly ParquetSchema Schema = new(Item, Feature.List, IsPresent);

    /// <summary>Values of each vector.</summary>
    public required int Width { get; init; }

    /// <summary><c>[items × Width]</c>, row after row.</summary>
    public required float[] Values { get; init; }

    /// <summary><c>[items]</c>; false where the row is the mean of the others because the source has none for the item.</summary>
    public required bool[] Present { get; init; }

    /// <summary>Number of items.</summary>
    public int Count => Present.Length;

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        TableWriter.Write(
            path,
            Schema,
            writer =>
            {
                int[] items = Fields.RowNumbers(Count);
                var vectors = new VectorGroups(Feature.Values, Width);
                writer.Groups(
                    Count,
                    TableWriter.VectorGroupRows,
                    (first, rows) =>
                    {
                        writer.Column<int>(Item, items.AsMemory(first, rows));
                        vectors.Write(writer, Values, first, rows);
                        writer.Column<bool>(IsPresent, Present.AsMemory(first, rows));
                    }
                );
            }
        );
        return Count;
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static FeatureTable Read(string path) =>
        TableReader.Read(
            path,
            "features",
            Schema,
            reader =>
            {
                (float[] values, int width) = reader.Vectors(Feature.Values);
                return new FeatureTable
                {
                    Width = width,
                    Values = values,
                    Present = reader.Column<bool>(IsPresent),
                };
            }
        );
}
