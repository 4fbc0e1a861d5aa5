using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <content>Products, and operations element by element.</content>
public sealed unsafe partial class CpuEngine
{
    // Numbers from which a constant is packed for good.
    private const long PanelsFrom = 1 << 19;

    /// <inheritdoc/>
    public Tensor MatrixProduct(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        (CpuTensor left, CpuTensor right) = (OwnLeft(a, transposeA), Own(b));
        View leftView = left.AsView().TransposedIf(transposeA);
        View rightView = right.AsView().TransposedIf(transposeB);
        if (leftView.Columns != rightView.Rows)
        {
            throw new ArgumentException(
                $"MatrixProduct cannot multiply {leftView.Rows} × {leftView.Columns} by {rightView.Rows} × {rightView.Columns}."
            );
        }

        CpuTensor result = Result(leftView.Rows, rightView.Columns, left, right);
        if (!transposeA && (result.RequiresGradient || !left.IsAlive) && PanelsOf(left) is { } panels)
        {
            panelMultiplier.Multiply(panels, rightView, result.AsView(), add: false);
            return Record(
                result,
                () =>
                {
                    bool add = right.OpenGradient();
                    View target = right.GradientView().TransposedIf(transposeB);
                    panelMultiplier.MultiplyTransposed(panels, result.GradientView(), target, add);
                }
            );
        }

        multiplier.Multiply(leftView, rightView, result.AsView(), add: false);
        return Record(
            result,
            () =>
            {
                View gradient = result.GradientView();
                if (left.RequiresGradient)
                {
                    bool add = left.OpenGradient();
                    View target = left.GradientView().TransposedIf(transposeA);
                    multiplier.Multiply(gradient, right.AsView().TransposedIf(transposeB).Transposed, target, add);
                }

                if (right.RequiresGradient)
                {
                    bool add = right.OpenGradient();
                    View target = right.GradientView().TransposedIf(transposeB);
                    multiplier.Multiply(left.AsView().TransposedIf(transposeA).Transposed, gradient, target, add);
                }
            }
        );
    }

    /// <inheritdoc/>
    public Tensor Add(Tensor a, Tensor b, float scale = 1f)
    {
        (CpuTensor left, CpuTensor right) = (Own(a), Own(b));
        SameShape(left, right);
        CpuTensor result = Result(left.Rows, left.Columns, left, right);
        Map(new Maps.AddScaled(scale), left.Values, right.Values, result.Values, result.Count, add: false);
        return Record(
            result,
            () =>
            {
                if (right.RequiresGradient)
                {
                    Accumulate(right, new Maps.Scaled(scale), result.Gradient);
                }

                PassGradient(result, left);
            }
        );
    }

    /// <inheritdoc/>
    public Tensor Multiply(Tensor a, Tensor b)
    {
        (CpuTensor left, CpuTensor right) = (Own(a), Own(b));
        SameShape(left, right);
        CpuTensor result = Result(left.Rows, left.Columns, left, right);
        Map(new Maps.Product(1f), left.Values, right.Values, result.Values, result.Count, add: false);
        return Record(
            result,
            () =>
            {
                if (left.RequiresGradient)
                {
                    Accumulate(left, new Maps.Product(1f), right.Values, result.Gradient);
                }

                if (right.RequiresGradient)
                {
                    Accumulate(right, new Maps.Product(1f), left.Values, result.Gradient);
                }
            }
        );
    }

    /// <inheritdoc/>
    public Tensor Scale(Tensor a, float factor)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        Map(new Maps.Scaled(factor), source.Values, result.Values, result.Count, add: false);
        return Record(
            result,
            () =>
            {
                if (!source.HasGradient)
                {
                    Map(new Maps.Scaled(factor), result.Gradient, result.Gradient, result.Count, add: false);
                    result.MoveGradientTo(source);
                }
                else
                {
                    Accumulate(source, new Maps.Scaled(factor), result.Gradient);
                }
            }
        );
    }

    /// <inheritdoc/>
    public Tensor ScaleBy(Tensor a, Tensor scalar)
    {
        (CpuTensor source, CpuTensor factor) = (Own(a), Own(scalar));
        Fits(factor.Count == 1, source, factor);
        CpuTensor result = Result(source.Rows, source.Columns, source, factor);
        Map(new Maps.Scaled(*factor.Values), source.Values, result.Values, result.Count, add: false);
        return Record(
            result,
            () =>
            {
                if (source.RequiresGradient)
                {
                    Accumulate(source, new Maps.Scaled(*factor.Values), result.Gradient);
                }

                if (factor.RequiresGradient)
                {
                    double dot = Reduce(
                        source.Count,
                        (from, count) => kernel.Dot(source.Values + from, result.Gradient + from, count)
                    );
                    AddToScalarGradient(factor, (float)dot);
                }
            }
        );
    }

    /// <inheritdoc/>
    public Tensor Tanh(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        Map(default(Maps.Tanh), source.Values, result.Values, result.Count, add: false);
        return Record(result, () => PassGradient(result, source, default(Maps.TanhGradient), result.Values));
    }

    /// <inheritdoc/>
    public Tensor Relu(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        Map(default(Maps.Relu), source.Values, result.Values, result.Count, add: false);
        return Record(result, () => PassGradient(result, source, default(Maps.ReluGradient), source.Values));
    }

    /// <inheritdoc/>
    public Tensor Power(Tensor a, float exponent)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        if (exponent == -0.5f)
        {
            Map(default(Maps.InverseRoot), source.Values, result.Values, result.Count, add: false);
            return Record(result, () => Accumulate(source, default(Maps.InverseRootGradient), result.Values, result.Gradient));
        }

        ForElements(
            source.Count,
            (from, count) =>
            {
                for (long i = from; i < from + count; i++)
                {
                    result.Values[i] = MathF.Pow(source.Values[i], exponent);
                }
            }
        );
        return Record(
            result,
            () =>
            {
                bool add = source.OpenGradient();
                ForElements(
                    source.Count,
                    (from, count) =>
                    {
                        for (long i = from; i < from + count; i++)
                        {
                            float value = exponent * MathF.Pow(source.Values[i], exponent - 1f) * result.Gradient[i];
                            source.Gradient[i] = add ? source.Gradient[i] + value : value;
                        }
                    }
                );
            }
        );
    }

    // A large constant is packed for its products when a training step first multiplies by it, and stays so.
    private PanelMatrix? PanelsOf(CpuTensor left)
    {
        if (left.Panels is null && left.IsLasting && !left.IsParameter && left.Count >= PanelsFrom)
        {
            left.Panels = new PanelMatrix(Pool, workers, kernel, left.AsView());
        }

        return left.Panels;
    }

    private static void AddToScalarGradient(CpuTensor scalar, float value)
    {
        bool add = scalar.OpenGradient();
        *scalar.Gradient = add ? *scalar.Gradient + value : value;
    }

    // For an operation whose operand's gradient is the result's own: hands it over, or adds it to what is there.
    private void PassGradient(CpuTensor result, CpuTensor operand)
    {
        if (!operand.RequiresGradient)
        {
            return;
        }

        if (operand.HasGradient)
        {
            Map(default(Maps.Identity), result.Gradient, operand.Gradient, operand.Count, add: true);
        }
        else
        {
            result.MoveGradientTo(operand);
        }
    }

    // The same where the operand's gradient is op(a, the result's): in place where it can be handed over.
    private void PassGradient<TMap>(CpuTensor result, CpuTensor operand, TMap op, float* a)
        where TMap : struct, IMap2
    {
        float* target = operand.HasGradient ? operand.Gradient : result.Gradient;
        Map(op, a, result.Gradient, target, result.Count, add: operand.HasGradient);
        if (!operand.HasGradient)
        {
            result.MoveGradientTo(operand);
        }
    }

    private void Accumulate<TMap>(CpuTensor target, TMap op, float* a)
        where TMap : struct, IMap1
    {
        bool add = target.OpenGradient();
        Map(op, a, target.Gradient, target.Count, add);
    }

    private void Accumulate<TMap>(CpuTensor target, TMap op, float* a, float* b)
        where TMap : struct, IMap2
    {
        bool add = target.OpenGradient();
        Map(op, a, b, target.Gradient, target.Count, add);
    }

    private void Map<TMap>(TMap op, float* a, float* result, long count, bool add)
        where TMap : struct, IMap1 => ForElements(count, (from, length) => kernel.Map(op, a + from, result + from, length, add));

    private void Map<TMap>(TMap op, float* a, float* b, float* result, long count, bool add)
        where TMap : struct, IMap2 =>
        ForElements(count, (from, length) => kernel.Map(op, a + from, b + from, result + from, length, add));

    // A sum over all elements: blocks of fixed size, added in their order.
    private double Reduce(long count, Func<long, long, float> partial)
    {
        NativeBuffer partials = Pool.Rent(Math.Max(1, (count + BlockWork - 1) / BlockWork));
        ForElements(count, (from, length) => partials.Floats[from / BlockWork] = partial(from, length));
        double sum = 0;
        for (long block = 0; block * BlockWork < count; block++)
        {
            sum += partials.Floats[block];
        }

        Pool.Return(partials);
        return sum;
    }
}
