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

    /// <summary>C_U and C_I: the mean of the layers.</summary>
    /// <param name="adjacency">1/√(|N_u||N_i|), <c>[users × items]</c>.</param>
    public (Tensor Users, Tensor Items) Propagate(SparseTensor adjacency)
    {
        (Tensor users, Tensor items) = (Users, Items);
        (Tensor sumUsers, Tensor sumItems) = (users, items);
        for (int layer = 0; layer < layers; layer++)
        {
            Tensor nextUsers = engine.SparseProduct(adjacency, items);
            Tensor nextItems = engine.SparseProduct(adjacency, users, transpose: true);
            if (weights.Length > 0)
            {
                Tensor weight = weights[Math.Min(layer, weights.Length - 1)];
                nextUsers = engine.MatrixProduct(nextUsers, weight);
                nextItems = engine.MatrixProduct(nextItems, weight);
            }

            (users, items) = (nextUsers, nextItems);
            (sumUsers, sumItems) = (engine.Add(sumUsers, users), engine.Add(sumItems, items));
        }

        float share = 1f / (layers + 1);
        return layers == 0 ? (sumUsers, sumItems) : (engine.Scale(sumUsers, share), engine.Scale(sumItems, share));
    }
}
