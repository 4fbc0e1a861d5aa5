using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// Embeddings propagated over the user-item graph, e⁽ˡ⁺¹⁾ = Â e⁽ˡ⁾, and the mean of the layers (He et al., LightGCN, SIGIR 2020, eq. 7-8).
/// </summary>
internal static class GraphConvolution
{
    /// <summary>The mean of the layers, for a batch's rows or for all.</summary>
    /// <param name="adjacency">Â, <c>[users × items]</c>.</param>
    /// <param name="users">e_U⁽⁰⁾, <c>[users × d]</c>.</param>
    /// <param name="items">e_I⁽⁰⁾, <c>[items × d]</c>.</param>
    /// <param name="layers">Layers beyond the first.</param>
    /// <param name="batch">Whose distinct users' and items' rows are wanted, or null for all rows.</param>
    /// <param name="allItems">All items' rows, and a batch's users.</param>
    /// <param name="weights">W⁽ˡ⁾ behind Â, one for each layer or one for all of them; none for LightGCN.</param>
    public static PropagatedRows Mean(
        SparseTensor adjacency,
        Tensor users,
        Tensor items,
        int layers,
        BatchRows? batch = null,
        bool allItems = false,
        IReadOnlyList<Tensor>? weights = null
    )
    {
        IndexTensor? userRows = batch?.DistinctUsers;
        IndexTensor? itemRows = allItems ? null : batch?.DistinctItems;

        // A gather stands before the products that use its source: going back, those set the source's gradient, and it adds to it.
        Tensor idUsers = users.GatherOrAll(userRows);
        Tensor idItems = items.GatherOrAll(batch?.DistinctItems);
        (Tensor sumUsers, Tensor sumItems) = (idUsers, allItems ? items : idItems);
        for (int layer = 0; layer < layers; layer++)
        {
            // Nothing builds on the last layer, so only the wanted rows of it are made.
            bool isLast = layer == layers - 1;
            Tensor nextUsers = adjacency.Mm(items, isLast ? userRows : null);
            Tensor nextItems = adjacency.T().Mm(users, isLast ? itemRows : null);
            if (weights is { Count: > 0 })
            {
                Tensor weight = weights[Math.Min(layer, weights.Count - 1)];
                (nextUsers, nextItems) = (nextUsers.Mm(weight), nextItems.Mm(weight));
            }

            (users, items) = (nextUsers, nextItems);
            sumUsers += isLast ? users : users.GatherOrAll(userRows);
            sumItems += isLast ? items : items.GatherOrAll(itemRows);
        }

        double share = 1f / (layers + 1);
        return layers == 0
            ? new PropagatedRows(sumUsers, sumItems, idUsers, idItems)
            : new PropagatedRows(sumUsers * share, sumItems * share, idUsers, idItems);
    }
}

/// <summary>Rows of users and items after propagation, and the layer-0 embeddings of the same users and of the batch's items.</summary>
internal readonly record struct PropagatedRows(Tensor Users, Tensor Items, Tensor IdUsers, Tensor IdItems);
