using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <content>Activations, and sums of rows.</content>
public sealed unsafe partial class CpuEngine
{
    /// <inheritdoc/>
    public Tensor LeakyRelu(Tensor a, float slope = 0.01f)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        Map(new Maps.LeakyRelu(slope), source.Values, result.Values, result.Count, add: false);
        return Record(result, () => PassGradient(result, source, new Maps.LeakyReluGradient(slope), source.Values));
    }

    /// <inheritdoc/>
    public Tensor Sigmoid(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        Map(default(Maps.Sigmoid), source.Values, result.Values, result.Count, add: false);
        return Record(result, () => PassGradient(result, source, default(Maps.SigmoidGradient), result.Values));
    }

    /// <inheritdoc/>
    public Tensor Exp(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        Map(default(Maps.Exp), source.Values, result.Values, result.Count, add: false);
        return Record(result, () => PassGradient(result, source, new Maps.Product(1f), result.Values));
    }

    /// <inheritdoc/>
    public Tensor Softplus(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        ForElements(
            source.Count,
            (from, count) =>
            {
                // max(x, 0) + log(1 + e^−|x|), which neither overflows nor cancels.
                for (long i = from; i < from + count; i++)
                {
                    float x = source.Values[i];
                    double small = Math.Exp(-Math.Abs((double)x));
                    result.Values[i] = (float)(Math.Max(x, 0.0) + Math.Log(1.0 + small));
                }
            }
        );
        return Record(result, () => PassGradient(result, source, default(Maps.SoftplusGradient), source.Values));
    }

    /// <inheritdoc/>
    public Tensor Log(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        ForElements(
            source.Count,
            (from, count) =>
            {
                for (long i = from; i < from + count; i++)
                {
                    result.Values[i] = MathF.Log(source.Values[i]);
                }
            }
        );
        return Record(result, () => PassGradient(result, source, default(Maps.Quotient), source.Values));
    }

    /// <inheritdoc/>
    public Tensor SumColumns(Tensor a)
    {
        CpuTensor source = Own(a);
        int width = source.Columns;
        CpuTensor result = Result(source.Rows, 1, source);
        ForRows(
            source.Rows,
            width,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    result.Values[i] = kernel.Sum(source.Row(i), width);
                }
            }
        );
        return Record(
            result,
            () =>
            {
                bool add = source.OpenGradient();
                ForRows(
                    source.Rows,
                    width,
                    (_, from, to, _) =>
                    {
                        for (int i = from; i < to; i++)
                        {
                            float* target = source.Gradient + ((long)i * width);
                            kernel.Map(new Maps.Constant(result.Gradient[i]), target, target, width, add);
                        }
                    }
                );
            }
        );
    }
}
