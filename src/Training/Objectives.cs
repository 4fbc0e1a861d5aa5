using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Losses that several models share, over embeddings of a batch's distinct users and items or of all.</summary>
internal static class Objectives
{
    /// <summary>
    /// Mean of −log σ(⟨u,i⟩ − ⟨u,j⟩) (Rendle et al., BPR, 2009), over a batch's rows; the sum of the members', whose columns lie side by side.
    /// </summary>
    public static Tensor Bpr(BatchRows rows, Tensor users, Tensor items, int members = 1) =>
        Bpr(users.Gather(rows.Users), items.Gather(rows.Positives), items.Gather(rows.Negatives), members);

    /// <summary>The same over all rows.</summary>
    public static Tensor Bpr(Batch batch, Tensor users, Tensor items, int members = 1) =>
        Bpr(users.Gather(batch.Users), items.Gather(batch.Positives), items.Gather(batch.Negatives), members);

    /// <summary>‖e_u‖² + ‖e_i‖² + ‖e_j‖² summed over the pairs of a batch, over its rows.</summary>
    public static Tensor Squares(BatchRows rows, Tensor users, Tensor items) =>
        users.Gather(rows.Users).SumSquares()
        + (items.Gather(rows.Positives).SumSquares() + items.Gather(rows.Negatives).SumSquares());

    /// <summary>The same over all rows.</summary>
    public static Tensor Squares(Batch batch, Tensor users, Tensor items) =>
        users.Gather(batch.Users).SumSquares()
        + (items.Gather(batch.Positives).SumSquares() + items.Gather(batch.Negatives).SumSquares());

    private static Tensor Bpr(Tensor users, Tensor positives, Tensor negatives, int members)
    {
        Tensor Of(int member)
        {
            int width = users.Columns / members;
            return users.Engine.BprLoss(
                users.Narrow(1, member * width, width),
                positives.Narrow(1, member * width, width),
                negatives.Narrow(1, member * width, width)
            );
        }

        return members == 1
            ? users.Engine.BprLoss(users, positives, negatives)
            : Enumerable.Range(0, members).Select(Of).Aggregate(static (sum, member) => sum + member);
    }
}
