using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>The tables of interactions and ids that stages hand each other: their files and how they are read.</summary>
internal static class InteractionTables
{
    public const string Train = "train.parquet";
    public const string Valid = "valid.parquet";
    public const string Test = "test.parquet";
    public const string Users = "users.parquet";
    public const string Items = "items.parquet";
    public const string Interactions = "interactions.parquet";

    /// <summary>The (user, item) pairs of a table.</summary>
    public static InteractionPairs ReadPairs(Artifact artifact, string name) => InteractionPairs.Read(artifact.PathOf(name));

    /// <summary>The pairs of a table as a matrix of ones, <c>[users × items]</c>.</summary>
    public static CsrMatrix ReadMatrix(Artifact artifact, string name, int userCount, int itemCount)
    {
        InteractionPairs pairs = ReadPairs(artifact, name);
        var ones = new float[pairs.Count];
        Array.Fill(ones, 1f);
        return CsrMatrix.FromEntries(userCount, itemCount, pairs.Users, pairs.Items, ones);
    }

    /// <summary>Raw ids of all users by integer id.</summary>
    public static RawIds ReadUserIds(Artifact ingest) => RawIds.Read(ingest.PathOf(Users), IdKind.User);

    /// <summary>Raw ids of all items by integer id.</summary>
    public static RawIds ReadItemIds(Artifact ingest) => RawIds.Read(ingest.PathOf(Items), IdKind.Item);
}
