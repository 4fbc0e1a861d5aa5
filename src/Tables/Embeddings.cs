using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>Final embeddings of users or items; the row number is the integer id.</summary>
/// <remarks>Columns <c>user|item: int32, embedding: list of float</c>, in groups of 2,048 rows.</remarks>
public sealed record Embeddings
{
    /// <summary>Whose they are.</summary>
    public required IdKind Kind { get; init; }

    /// <summary>Values of each vector.</summary>
    public required int Width { get; init; }

    /// <summary><c>[users or items × Width]</c>, row after row.</summary>
    public required float[] Values { get; init; }

    /// <summary>Number of vectors.</summary>
    public required int Count { get; init; }

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        var columns = new Columns(Kind);
        TableWriter.Write(
            path,
            columns.Schema,
            writer =>
            {
                int[] numbers = Fields.RowNumbers(Count);
                var vectors = new VectorGroups(columns.Values, Width);
                writer.Groups(
                    Count,
                    TableWriter.VectorGroupRows,
                    (first, rows) =>
                    {
                        writer.Column<int>(columns.Number, numbers.AsMemory(first, rows));
                        vectors.Write(writer, Values, first, rows);
                    }
                );
            }
        );
        return Count;
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static Embeddings Read(string path, IdKind kind)
    {
        var columns = new Columns(kind);
        return TableReader.Read(
            path,
            $"{columns.Number.Name} embeddings",
            columns.Schema,
            reader =>
            {
                (float[] values, int width) = reader.Vectors(columns.Values);
                return new Embeddings
                {
                    Kind = kind,
                    Width = width,
                    Values = values,
                    Count = reader.RowCount,
                };
            }
        );
    }

    private sealed class Columns
    {
        public Columns(IdKind kind)
        {
            Number = new DataField<int>(kind == IdKind.User ? "user" : "item");
            (ListField list, Values) = Fields.List<float>("embedding");
            Schema = new ParquetSchema(Number, list);
        }

        public DataField<int> Number { get; }

        public DataField<float> Values { get; }

        public ParquetSchema Schema { get; }
    }
}
