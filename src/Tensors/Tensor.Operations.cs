namespace CranePipeline.Tensors;

/// <content>A forward pass reads like its formula: each line is one operation of <see cref="IEngine"/>, which documents it.</content>
public abstract partial class Tensor
{
    /// <summary>a + b, element by element, or with the row b <c>[1 × d]</c> added to each row of a.</summary>
    public static Tensor operator +(Tensor a, Tensor b) =>
        b.Rows == 1 && a.Rows != 1 && b.Columns == a.Columns ? a.Engine.AddRow(a, b) : a.Engine.Add(a, b);

    /// <summary>a − b, element by element.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => a.Engine.Add(a, b, -1f);

    /// <summary>−a.</summary>
    public static Tensor operator -(Tensor a) => a.Engine.Scale(a, -1f);

    /// <summary>
    /// a ⊙ b, element by element; with a scalar b <c>[1 × 1]</c> all of a times it, with a column b <c>[n × 1]</c> each row of a
    /// times its number.
    /// </summary>
    public static Tensor operator *(Tensor a, Tensor b) =>
        a.Rows == b.Rows && a.Columns == b.Columns ? a.Engine.Multiply(a, b)
        : b.Rows == 1 && b.Columns == 1 ? a.Engine.ScaleBy(a, b)
        : b.Columns == 1 ? a.Engine.ScaleRows(a, b)
        : a.Engine.Multiply(a, b);

    /// <summary>a · factor.</summary>
    public static Tensor operator *(Tensor a, double factor) => a.Engine.Scale(a, (float)factor);

    /// <summary>factor · a.</summary>
    public static Tensor operator *(double factor, Tensor a) => a.Engine.Scale(a, (float)factor);

    /// <summary>a / divisor.</summary>
    public static Tensor operator /(Tensor a, double divisor) => a.Engine.Scale(a, 1f / (float)divisor);

    /// <summary>
    /// Matrices of equally many rows side by side (dimension 1), or of equally many columns one below the other (dimension 0).
    /// </summary>
    public static Tensor Cat(IReadOnlyList<Tensor> parts, int dim = 0)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts.Count == 1 ? parts[0]
            : dim == 0 ? parts[0].Engine.ConcatenateRows(parts)
            : parts[0].Engine.ConcatenateColumns(parts);
    }

    /// <summary>The matrix product a · b.</summary>
    public Tensor Mm(Tensor b) => Engine.MatrixProduct(this, b);

    /// <summary>The matrix product a · bᵀ.</summary>
    public Tensor Mm(TransposedTensor b) => Engine.MatrixProduct(this, b.Of, transposeB: true);

    /// <summary>aᵀ, as a factor of a product; nothing is moved.</summary>
    public TransposedTensor T() => new(this);

    /// <summary>a + scale · b.</summary>
    public Tensor Add(Tensor b, double scale) => Engine.Add(this, b, (float)scale);

    /// <summary>The named rows; one column of numbers.</summary>
    public Tensor Gather(IndexTensor rows) => Engine.GatherRows(this, rows);

    /// <summary>The named rows, or all of them for null.</summary>
    public Tensor GatherOrAll(IndexTensor? rows) => rows is null ? this : Engine.GatherRows(this, rows);

    /// <summary>Inner products of each row with K rows of b, <c>[n × K]</c>.</summary>
    public Tensor RowDots(Tensor b, IndexTensor rows) => Engine.RowDots(this, b, rows);

    /// <summary>Rows (dimension 0) or columns (dimension 1) start … start + length − 1.</summary>
    public Tensor Narrow(int dim, int start, int length) =>
        dim == 0 ? Engine.SliceRows(this, start, length) : Engine.SliceColumns(this, start, length);

    /// <summary>Each row (dimension 1) or column (dimension 0) divided by its Euclidean norm.</summary>
    public Tensor Normalize(int dim = 1) => dim == 1 ? Engine.NormalizeRows(this) : Engine.NormalizeColumns(this);

    /// <summary>Softmax of each row.</summary>
    public Tensor Softmax() => Engine.SoftmaxRows(this);

    /// <summary>tanh(a).</summary>
    public Tensor Tanh() => Engine.Tanh(this);

    /// <summary>max(a, 0).</summary>
    public Tensor Relu() => Engine.Relu(this);

    /// <summary>a where positive, slope · a elsewhere.</summary>
    public Tensor LeakyRelu(double slope = 0.01) => Engine.LeakyRelu(this, (float)slope);

    /// <summary>1 / (1 + e^−a).</summary>
    public Tensor Sigmoid() => Engine.Sigmoid(this);

    /// <summary>log(1 + e^a).</summary>
    public Tensor Softplus() => Engine.Softplus(this);

    /// <summary>log σ(a) = −softplus(−a).</summary>
    public Tensor LogSigmoid() => -(-this).Softplus();

    /// <summary>e^a.</summary>
    public Tensor Exp() => Engine.Exp(this);

    /// <summary>The natural logarithm of positive a.</summary>
    public Tensor Log() => Engine.Log(this);

    /// <summary>Elements dropped at random, the others scaled up; see <see cref="IEngine.Dropout"/>.</summary>
    public Tensor Dropout(double rate, RandomStream stream) => Engine.Dropout(this, rate, stream);

    /// <summary>a^exponent for positive a.</summary>
    public Tensor Pow(double exponent) => Engine.Power(this, (float)exponent);

    /// <summary>Sum of all elements, <c>[1 × 1]</c>.</summary>
    public Tensor Sum() => Engine.Sum(this);

    /// <summary>Mean of all elements, <c>[1 × 1]</c>.</summary>
    public Tensor Mean() => Engine.Scale(Engine.Sum(this), 1f / ((long)Rows * Columns));

    /// <summary>Sum of the squares of all elements, <c>[1 × 1]</c>.</summary>
    public Tensor SumSquares() => Engine.SumSquares(this);

    /// <summary>Sum over the rows, <c>[1 × d]</c> (dimension 0), or over the columns, <c>[n × 1]</c> (dimension 1).</summary>
    public Tensor Sum(int dim) => dim == 0 ? Engine.SumRows(this) : Engine.SumColumns(this);

    /// <summary>Mean over the rows, <c>[1 × d]</c> (dimension 0), or over the columns, <c>[n × 1]</c> (dimension 1).</summary>
    public Tensor Mean(int dim) => Sum(dim) / (dim == 0 ? Rows : Columns);
}

/// <summary>aᵀ as a factor of a product.</summary>
/// <param name="Of">a.</param>
public readonly record struct TransposedTensor(Tensor Of)
{
    /// <summary>aᵀ · b.</summary>
    public Tensor Mm(Tensor b) => Of.Engine.MatrixProduct(Of, b, transposeA: true);
}

/// <summary>sᵀ as a factor of a product.</summary>
/// <param name="Of">s.</param>
public readonly record struct TransposedSparse(SparseTensor Of)
{
    /// <summary>sᵀ · a.</summary>
    public Tensor Mm(Tensor a) => a.Engine.SparseProduct(Of, a, transpose: true);

    /// <summary>The named rows of sᵀ · a, or all of them for null.</summary>
    public Tensor Mm(Tensor a, IndexTensor? rows) =>
        rows is null ? Mm(a) : a.Engine.SparseProductRows(Of, a, rows, transpose: true);
}
