using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The rows of a forward pass of CRANE: C, E, and H where there is a semantic view; all of them, or a batch's.</summary>
/// <param name="C">The collaborative view.</param>
/// <param name="CItems">Its items: a batch's where <paramref name="C"/> has them all.</param>
/// <param name="Users">E_U.</param>
/// <param name="Items">E_I.</param>
/// <param name="LateIds">With <c>dualFusion: late</c> the collaborative view of the second branch.</param>
/// <param name="H">The semantic view.</param>
internal readonly record struct CraneViews(
    PropagatedRows C,
    Tensor CItems,
    Tensor Users,
    Tensor Items,
    PropagatedRows? LateIds,
    (Tensor Users, Tensor Items)? H
)
{
    /// <summary>E; with late fusion side by side with √α H, so that the score is the sum of the branches' scores.</summary>
    public (Tensor Users, Tensor Items) Scored(double fusionWeight)
    {
        if (LateIds is null)
        {
            return (Users, Items);
        }

        double share = MathF.Sqrt((float)fusionWeight);
        (Tensor users, Tensor items) = H!.Value;
        return (Tensor.Cat([Users, users * share], dim: 1), Tensor.Cat([Items, items * share], dim: 1));
    }

    /// <summary>Eq. 18, of each branch with late fusion.</summary>
    public Tensor Bpr(BatchRows rows, int members)
    {
        Tensor bpr = Objectives.Bpr(rows, Users, Items, members);
        return LateIds is null ? bpr : bpr + Objectives.Bpr(rows, H!.Value.Users, H.Value.Items, members);
    }

    /// <summary>The squared ID embeddings of a batch's pairs, of each branch, times a share.</summary>
    public Tensor Squares(BatchRows rows, double share)
    {
        Tensor squares = Objectives.Squares(rows, C.IdUsers, C.IdItems) * share;
        return LateIds is { } late ? squares + (Objectives.Squares(rows, late.IdUsers, late.IdItems) * share) : squares;
    }
}
