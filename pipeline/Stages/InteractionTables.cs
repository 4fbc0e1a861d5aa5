using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>The tables of (user, item) pairs that stages hand each other.</summary>
internal static class InteractionTables
{
    public const string User = "user";
    public const string Item = "item";
    public const string Train = "train.parquet";
    public const string Valid = "valid.parquet";
    public const string Test = "test.parquet";
    public const string Users = "users.parquet";
    public const string Items = "items.parquet";
    public const string Interactions = "interactions.parquet";
    public const string RawId = "id";
    public const string Rank = "rank";

    /// <summary>A column of integer ids for a table with a row an id.</summary>
    public static Int32Column RowNumbers(string name, int rows) => new(name, [.. Enumerable.Range(0, rows)]);

    /// <summary>A table of pairs.</summary>
    public static Table Pairs(int[] users, int[] items) => new([new Int32Column(User, users), new Int32Column(Item, items)]);

    /// <summary>The pairs of a table.</summary>
    public static (int[] Users, int[] Items) ReadPairs(Artifact artifact, string name)
    {
        Table table = artifact.ReadTable(name, [User, Item]);
        return (table.Get<Int32Column>(User).Values, table.Get<Int32Column>(Item).Values);
    }

    /// <summary>The pairs of a table as a matrix of ones, <c>[users × items]</c>.</summary>
    public static CsrMatrix ReadMatrix(Artifact artifact, string name, int userCount, int itemCount)
    {
        (int[] users, int[] items) = ReadPairs(artifact, name);
        var ones = new float[users.Length];
        Array.Fill(ones, 1f);
        return CsrMatrix.FromEntries(userCount, itemCount, users, items, ones);
    }

    /// <summary>Raw ids by integer id, of users or items.</summary>
    public static string[] ReadRawIds(Artifact ingest, string name) =>
        ingest.ReadTable(name, [RawId]).Get<StringColumn>(RawId).Values!;

    /// <summary>Integer ids by raw id.</summary>
    public static Dictionary<string, int> Numbers(string[] rawIds)
    {
        var numbers = new Dictionary<string, int>(rawIds.Length, StringComparer.Ordinal);
        for (int id = 0; id < rawIds.Length; id++)
        {
            numbers[rawIds[id]] = id;
        }

        return numbers;
    }
}
