using TorchSharp;
using static TorchSharp.torch.nn;

namespace CranePipeline.Tensors.Torch;

/// <content>The differentiable operations, each as thin as the library allows.</content>
public sealed partial class TorchEngine
{
    private const double ShortestNorm = 1e-12;

    /// <inheritdoc/>
    public Tensor MatrixProduct(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        Shapes.Check((transposeA ? a.Rows : a.Columns) == (transposeB ? b.Columns : b.Rows), "MatrixProduct", a, b);
        torch.Tensor right = transposeB ? Of(b).t() : Of(b);
        return Wrap(
            a is LargeConstant large
                ? LargeProductFunction.Apply(large, transposeA, right, step)
                : (transposeA ? Of(a).t() : Of(a)).mm(right)
        );
    }

    /// <inheritdoc/>
    public Tensor Add(Tensor a, Tensor b, float scale = 1f)
    {
        Shapes.Same("Add", a, b);
        return Wrap(Of(a).add(Of(b), alpha: scale));
    }

    /// <inheritdoc/>
    public Tensor Multiply(Tensor a, Tensor b)
    {
        Shapes.Same("Multiply", a, b);
        return Wrap(Of(a) * Of(b));
    }

    /// <inheritdoc/>
    public Tensor Scale(Tensor a, float factor) => Wrap(Of(a) * factor);

    /// <inheritdoc/>
    public Tensor ScaleBy(Tensor a, Tensor scalar)
    {
        Shapes.Check(scalar is { Rows: 1, Columns: 1 }, "ScaleBy", a, scalar);
        return Wrap(Of(a) * Of(scalar));
    }

    /// <inheritdoc/>
    public Tensor AddRow(Tensor a, Tensor row)
    {
        Shapes.Check(row.Rows == 1 && row.Columns == a.Columns, "AddRow", a, row);
        return Wrap(Of(a) + Of(row));
    }

    /// <inheritdoc/>
    public Tensor ScaleRows(Tensor a, Tensor weights)
    {
        Shapes.Check(weights.Columns == 1 && weights.Rows == a.Rows, "ScaleRows", a, weights);
        return Wrap(Of(a) * Of(weights));
    }

    /// <inheritdoc/>
    public Tensor Tanh(Tensor a) => Wrap(Of(a).tanh());

    /// <inheritdoc/>
    public Tensor Relu(Tensor a) => Wrap(Of(a).relu());

    /// <inheritdoc/>
    public Tensor LeakyRelu(Tensor a, float slope = 0.01f) => Wrap(functional.leaky_relu(Of(a), slope));

    /// <inheritdoc/>
    public Tensor Sigmoid(Tensor a) => Wrap(Of(a).sigmoid());

    /// <inheritdoc/>
    public Tensor Softplus(Tensor a) => Wrap(functional.softplus(Of(a)));

    /// <inheritdoc/>
    public Tensor Exp(Tensor a) => Wrap(Of(a).exp());

    /// <inheritdoc/>
    public Tensor Log(Tensor a) => Wrap(Of(a).log());

    /// <inheritdoc/>
    public Tensor SumColumns(Tensor a) => Wrap(Of(a).sum(1, keepdim: true));

    /// <inheritdoc/>
    public Tensor Power(Tensor a, float exponent) => Wrap(Of(a).pow(exponent));

    /// <inheritdoc/>
    public Tensor ConcatenateColumns(IReadOnlyList<Tensor> parts)
    {
        foreach (Tensor part in parts)
        {
            Shapes.Check(part.Rows == parts[0].Rows, "ConcatenateColumns", parts[0], part);
        }

        return Wrap(torch.cat([.. parts.Select(Of)], 1));
    }

    /// <inheritdoc/>
    public Tensor ConcatenateRows(IReadOnlyList<Tensor> parts)
    {
        foreach (Tensor part in parts)
        {
            Shapes.Check(part.Columns == parts[0].Columns, "ConcatenateRows", parts[0], part);
        }

        return Wrap(torch.cat([.. parts.Select(Of)], 0));
    }

    /// <inheritdoc/>
    public Tensor SliceColumns(Tensor a, int start, int count)
    {
        Shapes.Slice("SliceColumns", a, start, count, a.Columns);
        return Wrap(Of(a).narrow(1, start, count));
    }

    /// <inheritdoc/>
    public Tensor SliceRows(Tensor a, int start, int count)
    {
        Shapes.Slice("SliceRows", a, start, count, a.Rows);
        return Wrap(Of(a).narrow(0, start, count));
    }

    /// <inheritdoc/>
    public Tensor GatherRows(Tensor a, IndexTensor indices)
    {
        Shapes.Indices(a, (TorchIndices)indices, indices.Columns == 1);
        return Wrap(Gathered(Of(a), (TorchIndices)indices));
    }

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
        Shapes.Sparse(s, a, transpose ? s.Rows : s.Columns);
        return Wrap(
            transpose
                ? SparseProductFunction.Apply(sparse.Transposed, sparse.Forward, Of(a), step)
                : SparseProductFunction.Apply(sparse.Forward, sparse.Transposed, Of(a), step)
        );
    }

    /// <inheritdoc/>
    public Tensor SparseProductRows(SparseTensor s, Tensor a, IndexTensor rows, bool transpose = false)
    {
        var (sparse, wanted) = ((TorchSparse)s, (TorchIndices)rows);
        (int count, int length) = transpose ? (s.Columns, s.Rows) : (s.Rows, s.Columns);
        Shapes.Sparse(s, a, length);
        if (wanted.Columns != 1 || wanted.Bound > count)
        {
            throw new ArgumentException($"{rows.Rows} × {rows.Columns} indices below {wanted.Bound} do not fit {count} rows.");
        }

        TorchSparse part = step.Keep(sparse.Only(wanted.Host, transpose));
        return Wrap(SparseProductFunction.Apply(part.Forward, part.Transposed, Of(a), step));
    }

    /// <inheritdoc/>
    public Tensor SparseMaximum(SparseTensor s, Tensor a)
    {
        var sparse = (TorchSparse)s;
        Shapes.Sparse(s, a, s.Columns);
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
        Shapes.Sparse(s, a, s.Columns);
        Shapes.Check(scores.Rows == a.Rows && scores.Columns == 1, "SparseSoftmaxSum", scores, a);
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
    public Tensor BprLoss(Tensor users, Tensor positives, Tensor negatives)
    {
        Shapes.Same("BprLoss", users, positives, negatives);
        return Wrap(functional.softplus((Of(users) * (Of(negatives) - Of(positives))).sum(1)).mean().reshape(1, 1));
    }

    /// <inheritdoc/>
    public Tensor InfoNceLoss(Tensor a, Tensor b, float temperature)
    {
        Shapes.Same("InfoNceLoss", a, b);
        torch.Tensor logits = Normalized(Of(a), 1).mm(Normalized(Of(b), 1).t()) / temperature;
        torch.Tensor targets = torch.arange(a.Rows, dtype: torch.ScalarType.Int64, device: device);
        return Wrap(functional.cross_entropy(logits, targets).reshape(1, 1));
    }

    /// <inheritdoc/>
    public Tensor InfoNceLoss(Tensor a, Tensor b, IndexTensor positives, float temperature)
    {
        Shapes.Check(a.Columns == b.Columns, "InfoNceLoss", a, b);
        torch.Tensor logits = Normalized(Of(a), 1).mm(Normalized(Of(b), 1).t()) / temperature;
        return Wrap(functional.cross_entropy(logits, ((TorchIndices)positives).Flat).reshape(1, 1));
    }

    /// <inheritdoc/>
    public Tensor EntityAttention(Tensor queries, Tensor keys, Tensor values, AttentionActivation activation)
    {
        Shapes.Check(queries.Columns == keys.Columns, "EntityAttention", queries, keys);
        Shapes.Check(keys.Rows == values.Rows, "EntityAttention", keys, values);
        int blockRows = BlockRows(queries.Rows, keys.Rows);
        return Wrap(EntityAttentionFunction.Apply(Of(queries), Of(keys), Of(values), activation, blockRows, step));
    }

    private static torch.Tensor Normalized(torch.Tensor value, long dimension)
    {
        torch.Tensor squares = value.square().sum(dimension, keepdim: true);
        // The root's slope at zero is infinite, so rows too short to have a direction are kept away from it.
        torch.Tensor tooShort = squares < ShortestNorm * ShortestNorm;
        return value / torch.where(tooShort, torch.ones_like(squares), squares).sqrt();
    }
}
