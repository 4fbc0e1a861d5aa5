using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>ID embeddings propagated over the user-item graph (CRANE, section 3.2): LightGCN, with eq. 3's weights on request.</summary>
internal sealed class CollaborativeView
{
    private readonly IEngine engine;
    private readonly int layers;
    private readonly Tensor[] weights;

    public CollaborativeView(ParameterSet parameters, TrainOptions options, int users, int items, long seed, string branch)
    {
        engine = parameters.Engine;
        layers = options.PropagationLayers;
        int d = options.EmbeddingSize;
        Users = parameters.Add($"{branch}users", Initial.Xavier(users, d, seed, $"{branch}user embeddings"));
        Items = parameters.Add($"{branch}items", Initial.Xavier(items, d, seed, $"{branch}item embeddings"));
        int count = options.PropagationWeights switch
        {
            PropagationWeights.Shared => Math.Min(1, layers),
            PropagationWeights.PerLayer => layers,
            _ => 0,
        };
        weights = new Tensor[count];
        for (int layer = 0; layer < count; layer++)
        {
            weights[layer] = parameters.Add($"{branch}propagation {layer}", Initial.Identity(d));
        }
    }

    /// <summary>e_u, <c>[users × d]</c>.</summary>
    public Tensor Users { get; }

    /// <summary>e_i, <c>[items × d]</c>.</summary>
    public Tensor Items { get; }

    /// <summary>C_U and C_I: the mean of the layers, for a batch's rows or for all.</summary>
    /// <param name="adjacency">1/√(|N_u||N_i|), <c>[users × items]</c>.</param>
    /// <param name="batch">Whose distinct users' and items' rows are wanted, or null for all rows.</param>
    /// <param name="allItems">All items' rows, and a batch's users.</param>
    public CollaborativeRows Propagate(SparseTensor adjacency, BatchIndices? batch = null, bool allItems = false)
    {
        IndexTensor? userRows = batch?.UserRows;
        IndexTensor? itemRows = allItems ? null : batch?.ItemRows;
        (Tensor users, Tensor items) = (Users, Items);

        // A gather stands before the products that use its source: going back, those set the source's gradient, and it adds to it.
        Tensor idUsers = Rows(users, userRows);
        Tensor idItems = Rows(items, batch?.ItemRows);
        (Tensor sumUsers, Tensor sumItems) = (idUsers, allItems ? items : idItems);
        for (int layer = 0; layer < layers; layer++)
        {
            // Nothing builds on the last layer, so only the wanted rows of it are made.
            bool isLast = layer == layers - 1;
            Tensor nextUsers = Neighbours(adjacency, items, transpose: false, isLast ? userRows : null);
            Tensor nextItems = Neighbours(adjacency, users, transpose: true, isLast ? itemRows : null);
            if (weights.Length > 0)
            {
                Tensor weight = weights[Math.Min(layer, weights.Length - 1)];
                nextUsers = engine.MatrixProduct(nextUsers, weight);
                nextItems = engine.MatrixProduct(nextItems, weight);
            }

            (users, items) = (nextUsers, nextItems);
            sumUsers = engine.Add(sumUsers, isLast ? users : Rows(users, userRows));
            sumItems = engine.Add(sumItems, isLast ? items : Rows(items, itemRows));
        }

        float share = 1f / (layers + 1);
        return layers == 0
            ? new CollaborativeRows(sumUsers, sumItems, idUsers, idItems)
            : new CollaborativeRows(engine.Scale(sumUsers, share), engine.Scale(sumItems, share), idUsers, idItems);
    }

    private Tensor Rows(Tensor all, IndexTensor? rows) => rows is null ? all : engine.GatherRows(all, rows);

    private Tensor Neighbours(SparseTensor adjacency, Tensor values, bool transpose, IndexTensor? rows) =>
        rows is null
            ? engine.SparseProduct(adjacency, values, transpose)
            : engine.SparseProductRows(adjacency, values, rows, transpose);
}
