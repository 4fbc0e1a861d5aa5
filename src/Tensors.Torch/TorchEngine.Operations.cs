using TorchSharp;
using static TorchSharp.torch.nn;

namespace CranePipeline.Tensors.Torch;

/// <content>The differentiable operations, each as thin as the library allows.</content>
public sealed partial class TorchEngine
{
    private const double ShortestNorm = 1e-12;
    private const long AttentionBlockBytes = 256L << 20;

    /// <inheritdoc/>
    public Tensor MatrixProduct(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false) =>
        Wrap((transposeA ? Of(a).t() : Of(a)).mm(transposeB ? Of(b).t() : Of(b)));

    /// <inheritdoc/>
    public Tensor Add(Tensor a, Tensor b, float scale = 1f) => Wrap(Of(a).add(Of(b), alpha: scale));

    /// <inheritdoc/>
    public Tensor Multiply(Tensor a, Tensor b) => Wrap(Of(a) * Of(b));

    /// <inheritdoc/>
    public Tensor Scale(Tensor a, float factor) => Wrap(Of(a) * factor);

    /// <inheritdoc/>
    public Tensor ScaleBy(Tensor a, Tensor scalar) => Wrap(Of(a) * Of(scalar));

    /// <inheritdoc/>
    public Tensor AddRow(Tensor a, Tensor row) => Wrap(Of(a) + Of(row));

    /// <inheritdoc/>
    public Tensor ScaleRows(Tensor a, Tensor weights) => Wrap(Of(a) * Of(weights));

    /// <inheritdoc/>
    public Tensor Tanh(Tensor a) => Wrap(Of(a).tanh());

    /// <inheritdoc/>
    public Tensor Relu(Tensor a) => Wrap(Of(a).relu());

    /// <inheritdoc/>
    public Tensor Power(Tensor a, float exponent) => Wrap(Of(a).pow(exponent));

    /// <inheritdoc/>
    public Tensor ConcatenateColumns(IReadOnlyList<Tensor> parts) => Wrap(torch.cat([.. parts.Select(Of)], 1));

    /// <inheritdoc/>
    public Tensor ConcatenateRows(IReadOnlyList<Tensor> parts) => Wrap(torch.cat([.. parts.Select(Of)], 0));

    /// <inheritdoc/>
    public Tensor SliceColumns(Tensor a, int start, int count) => Wrap(Of(a).narrow(1, start, count));

    /// <inheritdoc/>
    public Tensor SliceRows(Tensor a, int start, int count) => Wrap(Of(a).narrow(0, start, count));

    /// <inheritdoc/>
    public Tensor GatherRows(Tensor a, IndexTensor indices) => Wrap(Of(a).index_select(0, Flat(indices)));

    /// <inheritdoc/>
    public Tensor NormalizeRows(Tensor a) => Wrap(Normalized(Of(a), 1));

    /// <inheritdoc/>
    public Tensor NormalizeColumns(Tensor a) => Wrap(Normalized(Of(a), 0));

    /// <inheritdoc/>
    public Tensor ClippedRowShares(Tensor a)
    {
        torch.Tensor clipped = Of(a).relu();
        torch.Tensor sums = clipped.sum(1, keepdim: true);
        return Wrap(clipped / torch.where(sums > 0, sums, torch.ones_like(sums)));
    }

    /// <inheritdoc/>
    public Tensor SoftmaxRows(Tensor a) => Wrap(Of(a).softmax(1));

    /// <inheritdoc/>
    public Tensor Sum(Tensor a) => Wrap(Of(a).sum().reshape(1, 1));

    /// <inheritdoc/>
    public Tensor SumSquares(Tensor a) => Wrap(Of(a).square().sum().reshape(1, 1));

    /// <inheritdoc/>
    public Tensor SumRows(Tensor a) => Wrap(Of(a).sum(0, keepdim: true));

    /// <inheritdoc/>
    public Tensor SparseProduct(SparseTensor s, Tensor a, bool transpose = false)
    {
        var sparse = (TorchSparse)s;
        return Wrap(
            transpose
                ? SparseProductFunction.Apply(sparse.Transposed, sparse.Forward, Of(a))
                : SparseProductFunction.Apply(sparse.Forward, sparse.Transposed, Of(a))
        );
    }

    /// <inheritdoc/>
    public Tensor SparseMaximum(SparseTensor s, Tensor a)
    {
        var sparse = (TorchSparse)s;
        long width = Of(a).shape[1];
        torch.Tensor padded = torch.cat([Of(a), torch.full(1, width, float.NegativeInfinity, device: device)], 0);
        torch.Tensor result = torch.zeros(sparse.Rows, width, device: device);
        foreach (DegreeBucket bucket in sparse.Buckets)
        {
            torch.Tensor members = padded.index_select(0, bucket.Columns).view(-1, bucket.Width, width);
            result = result.index_add(0, bucket.Rows, members.max(1).values, 1);
        }

        return Wrap(result);
    }

    /// <inheritdoc/>
    public Tensor SparseSoftmaxSum(SparseTensor s, Tensor scores, Tensor a)
    {
        var sparse = (TorchSparse)s;
        using IDisposable withoutGradients = torch.set_grad_enabled(false);
        torch.Tensor largest = Of(SparseMaximum(s, scores));
        withoutGradients.Dispose();
        torch.Tensor shifted = Of(scores).index_select(0, sparse.EntryColumns) - largest.index_select(0, sparse.EntryRows);
        torch.Tensor weights = shifted.exp();
        torch.Tensor totals = torch.zeros(sparse.Rows, 1, device: device).index_add(0, sparse.EntryRows, weights, 1);
        torch.Tensor shares = weights / totals.index_select(0, sparse.EntryRows);
        torch.Tensor members = Of(a).index_select(0, sparse.EntryColumns) * shares;
        return Wrap(torch.zeros(sparse.Rows, a.Columns, device: device).index_add(0, sparse.EntryRows, members, 1));
    }

    /// <inheritdoc/>
    public Tensor NeighbourDots(Tensor a, IndexTensor neighbours)
    {
        torch.Tensor members = Of(a).index_select(0, Flat(neighbours)).view(neighbours.Rows, neighbours.Columns, a.Columns);
        return Wrap((members * Of(a).unsqueeze(1)).sum(2));
    }

    /// <inheritdoc/>
    public Tensor NeighbourSum(Tensor weights, Tensor a, IndexTensor neighbours)
    {
        torch.Tensor members = Of(a).index_select(0, Flat(neighbours)).view(neighbours.Rows, neighbours.Columns, a.Columns);
        return Wrap((members * Of(weights).unsqueeze(2)).sum(1));
    }

    /// <inheritdoc/>
    public Tensor BprLoss(Tensor users, Tensor positives, Tensor negatives) =>
        Wrap(functional.softplus((Of(users) * (Of(negatives) - Of(positives))).sum(1)).mean().reshape(1, 1));

    /// <inheritdoc/>
    public Tensor InfoNceLoss(Tensor a, Tensor b, float temperature)
    {
        torch.Tensor logits = Normalized(Of(a), 1).mm(Normalized(Of(b), 1).t()) / temperature;
        torch.Tensor targets = torch.arange(a.Rows, dtype: torch.ScalarType.Int64, device: device);
        return Wrap(functional.cross_entropy(logits, targets).reshape(1, 1));
    }

    /// <inheritdoc/>
    public Tensor EntityAttention(Tensor queries, Tensor keys, Tensor values, AttentionActivation activation)
    {
        int blockRows = (int)Math.Clamp(AttentionBlockBytes / (sizeof(float) * Math.Max(1L, keys.Rows)), 1, queries.Rows);
        return Wrap(EntityAttentionFunction.Apply(Of(queries), Of(keys), Of(values), activation, blockRows));
    }

    private static torch.Tensor Flat(IndexTensor indices) => ((TorchIndices)indices).Flat;

    private static torch.Tensor Normalized(torch.Tensor value, long dimension)
    {
        torch.Tensor squares = value.square().sum(dimension, keepdim: true);
        // The root's slope at zero is infinite, so rows too short to have a direction are kept away from it.
        torch.Tensor tooShort = squares < ShortestNorm * ShortestNorm;
        return value / torch.where(tooShort, torch.ones_like(squares), squares).sqrt();
    }
}
