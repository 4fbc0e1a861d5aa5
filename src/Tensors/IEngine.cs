namespace CranePipeline.Tensors;

/// <summary>
/// What the model is written over: differentiable operations on row-major float32 matrices. An engine supplies them on one device;
/// a conformance suite holds each of them to its formula and to central differences.
/// </summary>
/// <remarks>
/// Shapes that do not fit are an <see cref="ArgumentException"/> that names both. Outside of a step operations may be used too;
/// their results carry no gradient and live until disposed. One thread at a time may use an engine.
/// </remarks>
public interface IEngine : IDisposable
{
    /// <summary>"cpu", "cuda" or "torch-cpu".</summary>
    string Name { get; }

    /// <summary>Processor threads to use, the caller's included, also for what is done beside the engine.</summary>
    int Threads { get; }

    /// <summary>Most bytes the engine has held at once since it was made.</summary>
    long PeakBytes { get; }

    /// <summary>
    /// Between steps: gives memory that no value holds back to the system, where that is more than is soon taken again. An engine
    /// that keeps none for later steps, or whose library sees to it, does nothing.
    /// </summary>
    void ReleaseUnused() { }

    // ---- making and reading values

    /// <summary>A constant with a copy of the values.</summary>
    Tensor Constant(Matrix values);

    /// <summary>
    /// A constant that is written where the engine keeps it, or on the way there, so that the host need not hold the same values
    /// too.
    /// </summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="write">Called once for each row, in any order and by several threads at once.</param>
    Tensor Constant(int rows, int columns, RowWriter write);

    /// <summary>
    /// A large constant that only products take, as their left operand and not transposed (A · B, and Aᵀ · dC for the gradient of
    /// B); an engine may keep it in the order in which these read it, and nothing else of it. With <paramref name="half"/> it is
    /// held at half width, IEEE 754 binary16 to the nearest, and widened within the product: sums are float32.
    /// </summary>
    /// <param name="values">Finite; with <paramref name="half"/> within ±65,504.</param>
    /// <param name="half">Whether to round to half width; only where <see cref="HoldsHalf"/>.</param>
    /// <exception cref="NotSupportedException">The engine holds nothing at half width.</exception>
    Tensor ProductConstant(Matrix values, bool half = false) =>
        half ? throw new NotSupportedException($"Engine {Name} holds nothing at half width.") : Constant(values);

    /// <summary>Whether <see cref="ProductConstant"/> can hold a constant at half width.</summary>
    bool HoldsHalf => false;

    /// <summary>A trainable value, initially a copy of <paramref name="initial"/>.</summary>
    Tensor Parameter(Matrix initial);

    /// <summary>A constant sparse matrix.</summary>
    SparseTensor Sparse(CsrMatrix values);

    /// <summary>Row numbers, copied; <paramref name="values"/> has rows × columns of them.</summary>
    /// <param name="values">Row after row.</param>
    /// <param name="columns">Numbers in a row.</param>
    /// <param name="bound">All numbers are in 0 … bound − 1, where bound is the row count of the matrices they will index.</param>
    IndexTensor Indices(ReadOnlySpan<int> values, int columns, int bound);

    /// <summary>Whether operations return before they are done, so that reading a value waits for all before it.</summary>
    bool WorksAhead => false;

    /// <summary>A 1 × 1 value of the open step, to be read once, later, when the step may be over.</summary>
    Func<float> ReadLater(Tensor value)
    {
        float read = Read(value)[0, 0];
        return () => read;
    }

    /// <summary>Copies a value to the host.</summary>
    Matrix Read(Tensor value);

    /// <summary>Copies a value to the host, into a matrix of its shape.</summary>
    void Read(Tensor value, Matrix target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Matrix read = Read(value);
        if (read.Rows != target.Rows || read.Columns != target.Columns)
        {
            throw new ArgumentException(
                $"A {read.Rows} × {read.Columns} tensor cannot be read into a {target.Rows} × {target.Columns} matrix."
            );
        }

        read.Values.CopyTo(target.Values, 0);
    }

    /// <summary>Overwrites a parameter or constant.</summary>
    void Assign(Tensor target, Matrix values);

    // ---- steps and gradients

    /// <summary>
    /// Opens a step: every value made until the returned scope is disposed is given back with it. With
    /// <paramref name="gradients"/> the operations are recorded for <see cref="Backward"/>. Steps do not nest.
    /// </summary>
    IDisposable BeginStep(bool gradients);

    /// <summary>
    /// Adds the gradient of a scalar of the open step to every parameter it depends on. Constants never get one, and what leads to no
    /// parameter is not computed. A step may have several scalars to go back from.
    /// </summary>
    /// <exception cref="InvalidOperationException">No step is open that records gradients.</exception>
    void Backward(Tensor loss);

    /// <summary>The gradient that <see cref="Backward"/> has accumulated on a parameter, or null where none has reached it.</summary>
    Matrix? ReadGradient(Tensor parameter);

    /// <summary>Adam (Kingma and Ba, 2015) over groups of parameters.</summary>
    IOptimizer Adam(IReadOnlyList<AdamGroup> groups);

    // ---- dense products

    /// <summary>op(a) · op(b), where op transposes on request. Any shapes; tall-skinny ones are the common case.</summary>
    Tensor MatrixProduct(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false);

    // ---- element by element, same shapes

    /// <summary>a + scale · b.</summary>
    Tensor Add(Tensor a, Tensor b, float scale = 1f);

    /// <summary>a ⊙ b.</summary>
    Tensor Multiply(Tensor a, Tensor b);

    /// <summary>a · factor.</summary>
    Tensor Scale(Tensor a, float factor);

    /// <summary>a · s with a scalar value s <c>[1 × 1]</c>, gradient to both.</summary>
    Tensor ScaleBy(Tensor a, Tensor scalar);

    /// <summary>Each row of a <c>[n × d]</c> plus the row b <c>[1 × d]</c>.</summary>
    Tensor AddRow(Tensor a, Tensor row);

    /// <summary>Each row i of a <c>[n × d]</c> times the number w_i of the column w <c>[n × 1]</c>, gradient to both.</summary>
    Tensor ScaleRows(Tensor a, Tensor weights);

    /// <summary>tanh(a).</summary>
    Tensor Tanh(Tensor a);

    /// <summary>max(a, 0).</summary>
    Tensor Relu(Tensor a);

    /// <summary>a where positive, slope · a elsewhere.</summary>
    Tensor LeakyRelu(Tensor a, float slope = 0.01f);

    /// <summary>1 / (1 + e^−a).</summary>
    Tensor Sigmoid(Tensor a);

    /// <summary>log(1 + e^a), without overflow; −log σ(x) is the softplus of −x.</summary>
    Tensor Softplus(Tensor a);

    /// <summary>e^a.</summary>
    Tensor Exp(Tensor a);

    /// <summary>The natural logarithm of positive a.</summary>
    Tensor Log(Tensor a);

    /// <summary>
    /// Each element 0 with probability <paramref name="rate"/> and else divided by 1 − rate (Srivastava et al., 2014). Element e
    /// falls by word e of the stream, the same on every engine.
    /// </summary>
    /// <param name="a">Any shape.</param>
    /// <param name="rate">From 0 to below 1.</param>
    /// <param name="stream">A stream opened for this one use: by seed, purpose, and epoch and step.</param>
    Tensor Dropout(Tensor a, double rate, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(a);
        return rate == 0 ? a : Multiply(a, Constant(DropoutMask.Make(a.Rows, a.Columns, rate, stream)));
    }

    /// <summary>a^exponent for positive a (1/√x is exponent −0.5).</summary>
    Tensor Power(Tensor a, float exponent);

    // ---- rearranging

    /// <summary>Matrices of equally many rows, side by side.</summary>
    Tensor ConcatenateColumns(IReadOnlyList<Tensor> parts);

    /// <summary>Matrices of equally many columns, one below the other.</summary>
    Tensor ConcatenateRows(IReadOnlyList<Tensor> parts);

    /// <summary>Columns start … start + count − 1.</summary>
    Tensor SliceColumns(Tensor a, int start, int count);

    /// <summary>Rows start … start + count − 1.</summary>
    Tensor SliceRows(Tensor a, int start, int count);

    /// <summary>
    /// Row i of the result is row indices_i of a; indices has one column. The gradient is a scatter-add in a fixed order.
    /// </summary>
    Tensor GatherRows(Tensor a, IndexTensor indices);

    // ---- row-wise

    /// <summary>Each row divided by its Euclidean norm; a row shorter than 1e-12 stays as it is.</summary>
    Tensor NormalizeRows(Tensor a);

    /// <summary>Each row clipped at 0 and divided by its sum; a row with no positive entry becomes zero (crane-model, section 3).</summary>
    Tensor ClippedRowShares(Tensor a);

    /// <summary>Softmax of each row.</summary>
    Tensor SoftmaxRows(Tensor a);

    /// <summary>Each column divided by its Euclidean norm; a column shorter than 1e-12 stays as it is.</summary>
    Tensor NormalizeColumns(Tensor a);

    // ---- sums

    /// <summary>Sum of all elements, <c>[1 × 1]</c>.</summary>
    Tensor Sum(Tensor a);

    /// <summary>Sum of the squares of all elements, <c>[1 × 1]</c>.</summary>
    Tensor SumSquares(Tensor a);

    /// <summary>Sum of each column, <c>[1 × d]</c>.</summary>
    Tensor SumRows(Tensor a);

    /// <summary>Sum of each row, <c>[n × 1]</c>.</summary>
    Tensor SumColumns(Tensor a);

    // ---- graphs

    /// <summary>s · a (or sᵀ · a): sums over a node's neighbours.</summary>
    Tensor SparseProduct(SparseTensor s, Tensor a, bool transpose = false);

    /// <summary>
    /// The named rows of s · a (or sᵀ · a), and no others; rows has one column. As gathering them from <see cref="SparseProduct"/>,
    /// which an engine may leave it at.
    /// </summary>
    Tensor SparseProductRows(SparseTensor s, Tensor a, IndexTensor rows, bool transpose = false) =>
        GatherRows(SparseProduct(s, a, transpose), rows);

    /// <summary>
    /// aᵀ (I + sᵀs) a, <c>[d × d]</c>: the Gram matrix of the rows of a and of their sums s · a together. As adding the two Gram matrices,
    /// which an engine may leave it at.
    /// </summary>
    Tensor GraphGram(SparseTensor s, Tensor a)
    {
        Tensor sums = SparseProduct(s, a);
        return Add(MatrixProduct(a, a, transposeA: true), MatrixProduct(sums, sums, transposeA: true));
    }

    /// <summary>
    /// Largest value, column by column, over each row's entries of s (their values are ignored); 0 for a row without entries. The
    /// gradient goes to the first of equals.
    /// </summary>
    Tensor SparseMaximum(SparseTensor s, Tensor a);

    /// <summary>
    /// Σ_j softmax_j(scores_j) a_j over each row's entries j of s; scores is <c>[s.Columns × 1]</c>, gradient to both; zero for a row
    /// without entries.
    /// </summary>
    Tensor SparseSoftmaxSum(SparseTensor s, Tensor scores, Tensor a);

    /// <summary>⟨a_i, a_{n(i,k)}⟩ for K neighbours of each row, <c>[n × K]</c>; gradient to both sides.</summary>
    Tensor NeighbourDots(Tensor a, IndexTensor neighbours);

    /// <summary>
    /// As <see cref="NeighbourDots(Tensor, IndexTensor)"/> where only the wanted rows of the result matter, to what follows and to the
    /// gradient: one column of row numbers, ascending, none twice. An engine may leave the other rows 0, or make them as well.
    /// </summary>
    Tensor NeighbourDots(Tensor a, IndexTensor neighbours, IndexTensor wanted) => NeighbourDots(a, neighbours);

    /// <summary>
    /// ⟨a_i, b_{r(i,k)}⟩ for K rows of b to each row of a, <c>[n × K]</c>; gradient to both. The bound of rows is that of b.
    /// </summary>
    Tensor RowDots(Tensor a, Tensor b, IndexTensor rows);

    /// <summary>Σ_k w_{ik} a_{n(i,k)} for K neighbours of each row; w is <c>[n × K]</c>, gradient to w and a.</summary>
    Tensor NeighbourSum(Tensor weights, Tensor a, IndexTensor neighbours);

    /// <summary>
    /// As <see cref="NeighbourSum(Tensor, Tensor, IndexTensor)"/> where only the wanted rows of the result matter, as with
    /// <see cref="NeighbourDots(Tensor, IndexTensor, IndexTensor)"/>.
    /// </summary>
    Tensor NeighbourSum(Tensor weights, Tensor a, IndexTensor neighbours, IndexTensor wanted) =>
        NeighbourSum(weights, a, neighbours);

    // ---- losses and attention, fused

    /// <summary>
    /// Mean over the batch of −log σ(⟨u,i⟩ − ⟨u,j⟩), <c>[1 × 1]</c>: BPR (Rendle et al., 2009). All three are <c>[batch × d]</c>.
    /// </summary>
    Tensor BprLoss(Tensor users, Tensor positives, Tensor negatives);

    /// <summary>
    /// Mean over rows i of −log( exp(cos(a_i, b_i)/τ) / Σ_j exp(cos(a_i, b_j)/τ) ), <c>[1 × 1]</c>, computed in blocks of rows.
    /// </summary>
    Tensor InfoNceLoss(Tensor a, Tensor b, float temperature);

    /// <summary>
    /// The same where row i of a <c>[n × d]</c> belongs to row p_i of b <c>[m × d]</c>: mean over i of
    /// −log( exp(cos(a_i, b_p)/τ) / Σ_j exp(cos(a_i, b_j)/τ) ), over all rows j of b.
    /// </summary>
    Tensor InfoNceLoss(Tensor a, Tensor b, IndexTensor positives, float temperature);

    /// <summary>
    /// activation(queries · keysᵀ / √d) · values, in blocks of rows that are computed again in the backward pass, so that the
    /// <c>[n × m]</c> matrix never exists.
    /// </summary>
    Tensor EntityAttention(Tensor queries, Tensor keys, Tensor values, AttentionActivation activation);

    // ---- search, without gradient

    /// <summary>
    /// For each query row the k items with the largest inner products, largest first, equal ones by item number. An item whose
    /// score is −∞ or not a number is never found.
    /// </summary>
    /// <param name="queries"><c>[n × d]</c>.</param>
    /// <param name="items"><c>[m × d]</c>.</param>
    /// <param name="found">
    /// Takes them, K for each query, whatever it holds; where fewer are eligible the rest is filled with item −1 and score −∞.
    /// </param>
    /// <param name="exclude">Rows are queries (the first of them being <paramref name="firstQuery"/>), entries the items to leave
    /// out; or null.</param>
    /// <param name="firstQuery">Which row of <paramref name="exclude"/> the first query is.</param>
    void TopItems(Tensor queries, Tensor items, TopItems found, CsrMatrix? exclude = null, int firstQuery = 0);
}
