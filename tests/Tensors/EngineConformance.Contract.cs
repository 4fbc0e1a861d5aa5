using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <content>What formulas do not say: special values worked by hand, steps, optimiser, errors.</content>
public abstract partial class EngineConformance
{
    [Test]
    public void Matrix_product_by_hand()
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor a = engine.Constant(new Matrix(2, 2, [1, 2, 3, 4]));
        Tensor b = engine.Constant(new Matrix(2, 1, [5, 6]));
        Assert.That(engine.Read(engine.MatrixProduct(a, b)).Values, Is.EqualTo(new float[] { 17, 39 }));
        Assert.That(engine.Read(engine.MatrixProduct(b, a, transposeA: true)).Values, Is.EqualTo(new float[] { 23, 34 }));
    }

    [TestCase(0, 3)]
    [TestCase(1, 1)]
    [TestCase(700, 33)]
    public void A_constant_is_written_row_by_row(int rows, int columns)
    {
        var times = new int[rows];
        using Tensor written = engine.Constant(
            rows,
            columns,
            (row, values) =>
            {
                Interlocked.Increment(ref times[row]);
                Assert.That(values.Length, Is.EqualTo(columns));
                for (int column = 0; column < values.Length; column++)
                {
                    values[column] = (100 * row) + column;
                }
            }
        );

        Assert.That((written.Rows, written.Columns, written.RequiresGradient), Is.EqualTo((rows, columns, false)));
        Assert.That(times, Has.All.EqualTo(1));
        Assert.That(
            engine.Read(written).Values,
            Is.EqualTo(Enumerable.Range(0, rows * columns).Select(at => (100f * (at / columns)) + (at % columns)))
        );
    }

    [Test]
    public void Values_are_read_into_a_matrix_of_their_shape_and_no_other()
    {
        using Tensor a = engine.Constant(new Matrix(2, 3, [1, 2, 3, 4, 5, 6]));
        var target = new Matrix(2, 3);

        engine.Read(a, target);

        Assert.That(target.Values, Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
        Assert.That(() => engine.Read(a, new Matrix(3, 2)), Throws.ArgumentException.With.Message.Contains("2 × 3"));
    }

    [Test]
    public void Short_rows_and_columns_stay_as_they_are()
    {
        Tensor x = engine.Parameter(new Matrix(2, 2, [3, 4, 0, 0]));
        using (engine.BeginStep(gradients: true))
        {
            Tensor y = engine.NormalizeRows(x);
            Assert.That(engine.Read(y).Values, Is.EqualTo(new[] { 0.6f, 0.8f, 0f, 0f }).Within(1e-7f));
            Assert.That(engine.Read(engine.NormalizeColumns(x)).Values, Is.EqualTo(new float[] { 1, 1, 0, 0 }).Within(1e-7f));
            engine.Backward(engine.Sum(y));
        }

        // (I − y yᵀ)/5 · (1, 1) for the first row; the identity for the second.
        Assert.That(engine.ReadGradient(x)!.Values, Is.EqualTo(new[] { 0.032f, -0.024f, 1f, 1f }).Within(1e-6f));
        x.Dispose();
    }

    [Test]
    public void A_row_without_positive_entries_has_no_shares_and_no_gradient()
    {
        Tensor x = engine.Parameter(new Matrix(2, 3, [1, -5, 3, -1, 0, -2]));
        using (engine.BeginStep(gradients: true))
        {
            Tensor y = engine.ClippedRowShares(x);
            Assert.That(engine.Read(y).Values, Is.EqualTo(new[] { 0.25f, 0, 0.75f, 0, 0, 0 }));
            engine.Backward(engine.Sum(engine.Multiply(y, engine.Constant(new Matrix(2, 3, [1, 1, 2, 1, 1, 1])))));
        }

        // Weighted sum 1.75; (1 − 1.75)/4 and (2 − 1.75)/4.
        Assert.That(engine.ReadGradient(x)!.Values, Is.EqualTo(new[] { -0.1875f, 0, 0.0625f, 0, 0, 0 }).Within(1e-6f));
        x.Dispose();
    }

    [Test]
    public void The_first_of_equal_maxima_gets_the_gradient()
    {
        var s = new CsrMatrix(2, 3, [0, 3, 3], [0, 1, 2], [9, 9, 9]);
        Tensor x = engine.Parameter(new Matrix(3, 2, [1, 7, 4, 7, 4, 2]));
        using (engine.BeginStep(gradients: true))
        {
            Tensor y = engine.SparseMaximum(engine.Sparse(s), x);
            Assert.That(engine.Read(y).Values, Is.EqualTo(new float[] { 4, 7, 0, 0 }));
            engine.Backward(engine.Sum(y));
        }

        Assert.That(engine.ReadGradient(x)!.Values, Is.EqualTo(new float[] { 0, 1, 1, 0, 0, 0 }));
        x.Dispose();
    }

    [Test]
    public void Losses_and_attention_stand_extreme_values()
    {
        Tensor far = engine.Parameter(new Matrix(2, 1, [300, 300]));
        Tensor up = engine.Parameter(new Matrix(2, 1, [1, -1]));
        using (engine.BeginStep(gradients: true))
        {
            Tensor loss = engine.BprLoss(far, up, engine.Scale(up, -1f));

            // Margins 600 and −600: losses 0 and 600.
            Assert.That(engine.Read(loss)[0, 0], Is.EqualTo(300).Within(1e-3));
            engine.Backward(loss);
        }

        Assert.That(engine.ReadGradient(far)!.Values, Is.EqualTo(new float[] { 0, 1 }).Within(1e-5f));
        using (engine.BeginStep(gradients: true))
        {
            Tensor a = engine.Constant(new Matrix(2, 2, [1, 0, 0, 1]));
            Tensor b = engine.Constant(new Matrix(2, 2, [0, 1, 1, 0]));

            // Each row's own similarity is 0 and the other's 1: the loss is 1/τ.
            Assert.That(engine.Read(engine.InfoNceLoss(a, b, 0.005f))[0, 0], Is.EqualTo(200).Within(1e-3));
            Tensor q = engine.Constant(new Matrix(1, 1, [1000]));
            Tensor k = engine.Constant(new Matrix(2, 1, [1, -1]));
            Tensor attended = engine.EntityAttention(q, k, k, AttentionActivation.Softmax);
            Assert.That(engine.Read(attended)[0, 0], Is.EqualTo(1));
        }

        far.Dispose();
        up.Dispose();
    }

    [Test]
    public void Gradients_of_several_losses_add_up_and_constants_get_none()
    {
        Tensor x = engine.Parameter(new Matrix(1, 2, [1, 2]));
        Tensor unused = engine.Parameter(new Matrix(1, 1, [1]));
        Tensor fixedValue = engine.Constant(new Matrix(1, 2, [5, 7]));
        Assert.That((x.RequiresGradient, fixedValue.RequiresGradient), Is.EqualTo((true, false)));
        using (engine.BeginStep(gradients: true))
        {
            Tensor y = engine.Multiply(x, fixedValue);
            engine.Backward(engine.Sum(y));
            engine.Backward(engine.SumSquares(x));
            Assert.That(engine.Multiply(fixedValue, fixedValue).RequiresGradient, Is.False);
        }

        Assert.That(engine.ReadGradient(x)!.Values, Is.EqualTo(new float[] { 7, 11 }));
        Assert.That(engine.ReadGradient(unused), Is.Null);
        x.Dispose();
        unused.Dispose();
        fixedValue.Dispose();
    }

    [Test]
    public void Steps_do_not_nest_and_backward_needs_one()
    {
        using Tensor x = engine.Parameter(new Matrix(1, 1, [2]));
        using (engine.BeginStep(gradients: false))
        {
            Assert.That(() => engine.BeginStep(gradients: true), Throws.InvalidOperationException);
            Tensor y = engine.Scale(x, 2f);
            Assert.That(y.RequiresGradient, Is.False);
            Assert.That(() => engine.Backward(y), Throws.InvalidOperationException);
        }

        using Tensor outside = engine.Scale(x, 3f);
        Assert.That(engine.Read(outside)[0, 0], Is.EqualTo(6));
        using (engine.BeginStep(gradients: true))
        {
            Assert.That(() => engine.Backward(engine.ConcatenateColumns([x, x])), Throws.ArgumentException);
        }
    }

    [Test]
    public void Shapes_that_do_not_fit_are_named()
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor a = engine.Constant(new Matrix(2, 3));
        Tensor b = engine.Constant(new Matrix(4, 5));
        Action[] calls =
        [
            () => engine.MatrixProduct(a, b),
            () => engine.Add(a, b),
            () => engine.Multiply(a, b),
            () => engine.AddRow(a, b),
            () => engine.ScaleRows(a, b),
            () => engine.ScaleBy(a, b),
            () => engine.ConcatenateColumns([a, b]),
            () => engine.ConcatenateRows([a, b]),
            () => engine.BprLoss(a, a, b),
            () => engine.InfoNceLoss(a, b, 1f),
            () => engine.EntityAttention(a, b, b, AttentionActivation.Softmax),
            () => engine.TopItems(a, b, 1),
            () => engine.Assign(a, new Matrix(4, 5)),
        ];
        foreach (Action call in calls)
        {
            Assert.That(call, Throws.ArgumentException.With.Message.Contains("2 × 3").And.Message.Contains("4 × 5"));
        }

        Assert.That(() => engine.SliceRows(a, 1, 2), Throws.ArgumentException);
        Assert.That(() => engine.GatherRows(a, engine.Indices([0], 1, 3)), Throws.ArgumentException);
        Assert.That(() => engine.Indices([3], 1, 3), Throws.ArgumentException.With.Message.Contains('3'));
        Assert.That(() => engine.Indices([0, 1, 2], 2, 3), Throws.ArgumentException);
        Assert.That(() => engine.SparseProduct(engine.Sparse(new CsrMatrix(1, 3, [0, 0], [], [])), a), Throws.ArgumentException);
    }
}
