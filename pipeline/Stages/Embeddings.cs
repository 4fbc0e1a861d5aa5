using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>Tables of vectors: a row a user or item, its vector in a list column.</summary>
internal static class Embeddings
{
    public const string Users = "user_embeddings.parquet";
    public const string Items = "item_embeddings.parquet";
    private const string Vector = "embedding";

    /// <summary>A table of vectors whose row number is the integer id.</summary>
    public static Table ToTable(string idColumn, Matrix vectors) =>
        new([
            InteractionTables.RowNumbers(idColumn, vectors.Rows),
            FloatListColumn.FixedWidth(Vector, vectors.Values, vectors.Columns),
        ]);

    /// <summary>The vectors of such a table.</summary>
    public static Matrix Read(Artifact artifact, string name) => ToMatrix(artifact.ReadTable(name, [Vector]), Vector);

    /// <summary>The vectors of a table's list column, all of one width.</summary>
    public static Matrix ToMatrix(Table table, string vectorColumn)
    {
        FloatListColumn column = table.Get<FloatListColumn>(vectorColumn);
        int width = column.RowCount == 0 ? 0 : column.Values.Length / column.RowCount;
        return new Matrix(column.RowCount, width, column.Values);
    }
}
