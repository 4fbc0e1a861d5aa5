using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <content>Row-wise and column-wise normalisations, and sums.</content>
public sealed unsafe partial class CpuEngine
{
    private const float ShortestNorm = 1e-12f;

    /// <inheritdoc/>
    public Tensor NormalizeRows(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        CpuTensor inverse = Auxiliary(source.Rows, 1);
        int width = source.Columns;
        ForRows(
            source.Rows,
            2L * width,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    float norm = Norm(source.Row(i), width);
                    inverse.Values[i] = norm < ShortestNorm ? 0f : 1f / norm;
                    float factor = norm < ShortestNorm ? 1f : 1f / norm;
                    kernel.Map(new Maps.Scaled(factor), source.Row(i), result.Row(i), width, add: false);
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
                    3L * width,
                    (_, from, to, _) =>
                    {
                        for (int i = from; i < to; i++)
                        {
                            long at = (long)i * width;
                            float* gradient = result.Gradient + at;
                            bool isShort = inverse.Values[i] == 0f;
                            float shift = isShort ? 0f : kernel.Dot(result.Row(i), gradient, width);
                            float factor = isShort ? 1f : inverse.Values[i];
                            var map = new Maps.NormalGradient(factor, shift);
                            kernel.Map(map, result.Row(i), gradient, source.Gradient + at, width, add);
                        }
                    }
                );
            }
        );
    }

    /// <inheritdoc/>
    public Tensor ClippedRowShares(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        CpuTensor inverse = Auxiliary(source.Rows, 1);
        int width = source.Columns;
        ForRows(
            source.Rows,
            3L * width,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    float* row = result.Row(i);
                    kernel.Map(default(Maps.Relu), source.Row(i), row, width, add: false);
                    float sum = kernel.Sum(row, width);
                    inverse.Values[i] = sum > 0f ? 1f / sum : 0f;
                    kernel.Map(new Maps.Scaled(inverse.Values[i]), row, row, width, add: false);
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
                    3L * width,
                    (_, from, to, _) =>
                    {
                        for (int i = from; i < to; i++)
                        {
                            long at = (long)i * width;
                            float* gradient = result.Gradient + at;
                            float shift = kernel.Dot(result.Row(i), gradient, width);
                            var map = new Maps.ShareGradient(inverse.Values[i], shift);
                            kernel.Map(map, source.Row(i), gradient, source.Gradient + at, width, add);
                        }
                    }
                );
            }
        );
    }

    /// <inheritdoc/>
    public Tensor SoftmaxRows(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        int width = source.Columns;
        ForRows(
            source.Rows,
            8L * width,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    float* row = result.Row(i);
                    float sum = kernel.ExpSum(source.Row(i), 1f, kernel.Largest(source.Row(i), width), row, width);
                    kernel.Map(new Maps.Scaled(1f / sum), row, row, width, add: false);
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
                    3L * width,
                    (_, from, to, _) =>
                    {
                        for (int i = from; i < to; i++)
                        {
                            long at = (long)i * width;
                            float* gradient = result.Gradient + at;
                            var map = new Maps.SoftmaxGradient(kernel.Dot(result.Row(i), gradient, width));
                            kernel.Map(map, result.Row(i), gradient, source.Gradient + at, width, add);
                        }
                    }
                );
            }
        );
    }

    /// <inheritdoc/>
    public Tensor NormalizeColumns(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(source.Rows, source.Columns, source);
        int width = source.Columns;

        // Two rows: what each column is multiplied by, and 1 where it was long enough to be normalised.
        CpuTensor factors = Auxiliary(2, width);
        SumOfProducts(source.Values, source.Values, source.Rows, width, factors.Values);
        for (int j = 0; j < width; j++)
        {
            float norm = MathF.Sqrt(factors.Values[j]);
            factors.Row(1)[j] = norm < ShortestNorm ? 0f : 1f;
            factors.Values[j] = norm < ShortestNorm ? 1f : 1f / norm;
        }

        MultiplyEachRow(source.Values, factors.Values, source.Rows, width, result.Values, 1f, add: false);
        return Record(
            result,
            () =>
            {
                CpuTensor shifts = Auxiliary(1, width);
                SumOfProducts(result.Values, result.Gradient, source.Rows, width, shifts.Values);
                for (int j = 0; j < width; j++)
                {
                    shifts.Values[j] *= factors.Values[j] * factors.Row(1)[j];
                }

                bool add = source.OpenGradient();
                MultiplyEachRow(result.Gradient, factors.Values, source.Rows, width, source.Gradient, 1f, add);
                MultiplyEachRow(result.Values, shifts.Values, source.Rows, width, source.Gradient, -1f, add: true);
            }
        );
    }

    /// <inheritdoc/>
    public Tensor Sum(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(1, 1, source);
        *result.Values = (float)Reduce(source.Count, (from, count) => kernel.Sum(source.Values + from, count));
        return Record(result, () => Accumulate(source, new Maps.Constant(*result.Gradient), source.Values));
    }

    /// <inheritdoc/>
    public Tensor SumSquares(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(1, 1, source);
        *result.Values = (float)Reduce(
            source.Count,
            (from, count) => kernel.Dot(source.Values + from, source.Values + from, count)
        );
        return Record(result, () => Accumulate(source, new Maps.Scaled(2f * *result.Gradient), source.Values));
    }

    /// <inheritdoc/>
    public Tensor SumRows(Tensor a)
    {
        CpuTensor source = Own(a);
        CpuTensor result = Result(1, source.Columns, source);
        SumOfRows(source.Values, source.Rows, source.Columns, result.Values, add: false);
        return Record(
            result,
            () =>
            {
                bool add = source.OpenGradient();
                ForRows(
                    source.Rows,
                    source.Columns,
                    (_, from, to, _) =>
                    {
                        for (int i = from; i < to; i++)
                        {
                            float* target = source.Gradient + ((long)i * source.Columns);
                            kernel.Map(default(Maps.Identity), result.Gradient, target, source.Columns, add);
                        }
                    }
                );
            }
        );
    }

    // Memory that lives as long as the step's values, without gradient.
    private CpuTensor Auxiliary(int rows, int columns) =>
        Kept(new CpuTensor(this, rows, columns, requiresGradient: false, isParameter: false));

    private float Norm(float* row, int width) => MathF.Sqrt(kernel.Dot(row, row, width));

    private void MultiplyEachRow(float* a, float* row, int rows, int width, float* target, float sign, bool add) =>
        ForRows(
            rows,
            width,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    long at = (long)i * width;
                    kernel.Map(new Maps.Product(sign), a + at, row, target + at, width, add);
                }
            }
        );

    private void SumOfRows(float* a, int rows, int width, float* target, bool add) =>
        ReduceRows(
            rows,
            width,
            target,
            add,
            (i, sums) => kernel.Map(default(Maps.Identity), a + ((long)i * width), sums, width, add: true)
        );

    private void SumOfProducts(float* a, float* b, int rows, int width, float* target) =>
        ReduceRows(
            rows,
            width,
            target,
            add: false,
            (i, sums) => kernel.Map(new Maps.Product(1f), a + ((long)i * width), b + ((long)i * width), sums, width, add: true)
        );

    private delegate void RowSum(int row, float* sums);

    // Sums over rows: blocks of fixed size, added in their order.
    private void ReduceRows(int rows, int width, float* target, bool add, RowSum addRow)
    {
        int size = RowsInBlock(width);
        int blocks = Math.Max(1, (rows + size - 1) / size);
        NativeBuffer partials = Pool.Rent((long)blocks * width);
        new Span<float>(partials.Floats, width).Clear();
        ForRows(
            rows,
            width,
            (block, from, to, _) =>
            {
                float* sums = partials.Floats + ((long)block * width);
                new Span<float>(sums, width).Clear();
                for (int i = from; i < to; i++)
                {
                    addRow(i, sums);
                }
            }
        );
        for (int block = 0; block < blocks; block++)
        {
            float* sums = partials.Floats + ((long)block * width);
            kernel.Map(default(Maps.Identity), sums, target, width, add || block > 0);
        }

        Pool.Return(partials);
    }
}
