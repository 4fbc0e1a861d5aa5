using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>The embeddings that training hands on: their files, and vectors as matrices.</summary>
internal static class EmbeddingTables
{
    public const string UsersFile = "user_embeddings.parquet";
    public const string ItemsFile = "item_embeddings.parquet";

    /// <summary>A matrix as a table whose row number is the integer id.</summary>
    public static Embeddings Of(IdKind kind, Matrix vectors) =>
        new()
        {
            Kind = kind,
            Count = vectors.Rows,
            Width = vectors.Columns,
            Values = vectors.Values,
        };

    /// <summary>Embeddings of all users, <c>[users × d]</c>.</summary>
    public static Matrix ReadUsers(Artifact train) => Read(train.PathOf(UsersFile), IdKind.User);

    /// <summary>Embeddings of all items, <c>[items × d]</c>.</summary>
    public static Matrix ReadItems(Artifact train) => Read(train.PathOf(ItemsFile), IdKind.Item);

    private static Matrix Read(string path, IdKind kind)
    {
        Embeddings table = Embeddings.Read(path, kind);
        return new Matrix(table.Count, table.Width, table.Values);
    }
}
