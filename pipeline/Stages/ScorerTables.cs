using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>
/// How a trained model scores, as the tables that training hands on: embeddings of users and items; with the items' shares of
/// prototypes beside them where scores are a mixture; or the items' neighbours where scores are sums over a user's items.
/// </summary>
internal static class ScorerTables
{
    public const string UsersFile = "user_embeddings.parquet";
    public const string ItemsFile = "item_embeddings.parquet";
    public const string SharesFile = "item_shares.parquet";
    public const string NeighboursFile = "item_neighbours.parquet";

    /// <summary>What the neighbours' table says in place of a modality.</summary>
    private const string Interactions = "interactions";

    /// <summary>Writes the tables.</summary>
    public static void Write(StagingArea staging, Scorer scorer)
    {
        void Table(string file, IdKind kind, Matrix vectors) => staging.WriteTable(file, Of(kind, vectors).Write);
        switch (scorer)
        {
            case InnerProducts products:
                Table(UsersFile, IdKind.User, products.Users);
                Table(ItemsFile, IdKind.Item, products.Items);
                break;
            case PrototypeMixture mixture:
                Table(UsersFile, IdKind.User, mixture.Users);
                Table(ItemsFile, IdKind.Item, mixture.Items);
                Table(SharesFile, IdKind.Item, mixture.Shares);
                break;
            case NeighbourSums sums:
                var table = new ModalityCandidates(Interactions, sums.ItemCount, sums.Neighbours, sums.Weights);
                staging.WriteTable(NeighboursFile, new Candidates([table]).Write);
                break;
            default:
                throw new NotSupportedException($"There is no table for {scorer.GetType().Name}.");
        }
    }

    /// <summary>Reads them.</summary>
    /// <param name="train">The trained model.</param>
    /// <param name="training">What it was trained on, <c>[users × items]</c>; asked for only where scores need it.</param>
    public static Scorer Read(Artifact train, Func<CsrMatrix> training)
    {
        if (train.Has(NeighboursFile))
        {
            ModalityCandidates table = Candidates.Read(train.PathOf(NeighboursFile)).Modalities.Single();
            return new NeighbourSums(training(), table.Items, table.Similarities);
        }

        (Matrix users, Matrix items) = (Read(train, UsersFile, IdKind.User), Read(train, ItemsFile, IdKind.Item));
        return train.Has(SharesFile)
            ? new PrototypeMixture(users, items, Read(train, SharesFile, IdKind.Item))
            : new InnerProducts(users, items);
    }

    /// <summary>The embeddings of a model that scores by their inner products; null of another.</summary>
    public static InnerProducts? Embeddings(Artifact train) =>
        train.Has(NeighboursFile) || train.Has(SharesFile)
            ? null
            : new InnerProducts(Read(train, UsersFile, IdKind.User), Read(train, ItemsFile, IdKind.Item));

    /// <summary>A matrix as a table whose row number is the integer id.</summary>
    private static Embeddings Of(IdKind kind, Matrix vectors) =>
        new()
        {
            Kind = kind,
            Count = vectors.Rows,
            Width = vectors.Columns,
            Values = vectors.Values,
        };

    private static Matrix Read(Artifact train, string file, IdKind kind)
    {
        Embeddings table = Tables.Embeddings.Read(train.PathOf(file), kind);
        return new Matrix(table.Count, table.Width, table.Values);
    }
}
