using CranePipeline.Tensors.Cpu;

namespace CranePipeline.Tensors;

/// <content>Rearranging, and operations that meet each row with a row or a number.</content>
public sealed unsafe partial class CpuEngine
{
    /// <inheritdoc/>
    public Tensor AddRow(Tensor a, Tensor row)
    {
        (CpuTensor source, CpuTensor addend) = (Own(a), Own(row));
        Fits(addend.Rows == 1 && addend.Columns == source.Columns, source, addend);
        CpuTensor result = Result(source.Rows, source.Columns, source, addend);
        ForRows(
            source.Rows,
            source.Columns,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    kernel.Map(
                        new Kernels.Maps.AddScaled(1f),
                        source.Row(i),
                        addend.Values,
                        result.Row(i),
                        source.Columns,
                        add: false
                    );
                }
            }
        );
        return Record(
            result,
            () =>
            {
                if (addend.RequiresGradient)
                {
                    bool add = addend.OpenGradient();
                    SumOfRows(result.Gradient, result.Rows, result.Columns, addend.Gradient, add);
                }

                PassGradient(result, source);
            }
        );
    }

    /// <inheritdoc/>
    public Tensor ScaleRows(Tensor a, Tensor weights)
    {
        (CpuTensor source, CpuTensor column) = (Own(a), Own(weights));
        Fits(column.Columns == 1 && column.Rows == source.Rows, source, column);
        CpuTensor result = Result(source.Rows, source.Columns, source, column);
        int width = source.Columns;
        ScaleEachRow(source.Values, column.Values, source.Rows, width, result.Values, add: false);
        return Record(
            result,
            () =>
            {
                if (source.RequiresGradient)
                {
                    bool add = source.OpenGradient();
                    ScaleEachRow(result.Gradient, column.Values, source.Rows, width, source.Gradient, add);
                }

                if (column.RequiresGradient)
                {
                    bool add = column.OpenGradient();
                    ForRows(
                        source.Rows,
                        width,
                        (_, from, to, _) =>
                        {
                            for (int i = from; i < to; i++)
                            {
                                long at = (long)i * width;
                                float dot = kernel.Dot(source.Values + at, result.Gradient + at, width);
                                column.Gradient[i] = add ? column.Gradient[i] + dot : dot;
                            }
                        }
                    );
                }
            }
        );
    }

    /// <inheritdoc/>
    public Tensor ConcatenateColumns(IReadOnlyList<Tensor> parts) => Concatenate(parts, sideBySide: true);

    /// <inheritdoc/>
    public Tensor ConcatenateRows(IReadOnlyList<Tensor> parts) => Concatenate(parts, sideBySide: false);

    /// <inheritdoc/>
    public Tensor SliceColumns(Tensor a, int start, int count)
    {
        CpuTensor source = Own(a);
        CheckSlice(start, count, source.Columns, "columns");
        return Slice(source, 0, source.Rows, start, count);
    }

    /// <inheritdoc/>
    public Tensor SliceRows(Tensor a, int start, int count)
    {
        CpuTensor source = Own(a);
        CheckSlice(start, count, source.Rows, "rows");
        return Slice(source, start, count, 0, source.Columns);
    }

    /// <inheritdoc/>
    public Tensor GatherRows(Tensor a, IndexTensor indices)
    {
        (CpuTensor source, CpuIndices chosen) = (Own(a), Own(indices));
        CheckIndices(source, chosen);
        if (chosen.Columns != 1)
        {
            throw new ArgumentException($"GatherRows needs one column of indices, not {chosen.Columns}.", nameof(indices));
        }

        CpuTensor result = Result(chosen.Rows, source.Columns, source);
        int width = source.Columns;
        ForRows(
            chosen.Rows,
            width,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    new ReadOnlySpan<float>(source.Row(chosen.Numbers[i]), width).CopyTo(new Span<float>(result.Row(i), width));
                }
            }
        );
        return Record(
            result,
            () =>
            {
                _ = chosen.NamedRowCount;
                ScatterAdd(source, chosen, chosen.PlaceRows, null, result.Gradient);
            }
        );
    }

    private static void CheckSlice(int start, int count, int available, string what)
    {
        if (start < 0 || count < 0 || start > available - count)
        {
            throw new ArgumentException($"There are {available} {what}: no slice of {count} starts at {start}.");
        }
    }

    private static void CheckIndices(CpuTensor source, CpuIndices chosen)
    {
        if (chosen.Bound > source.Rows)
        {
            throw new ArgumentException($"The indices may name rows up to {chosen.Bound - 1}, the matrix is {Shape(source)}.");
        }
    }

    private CpuTensor Concatenate(IReadOnlyList<Tensor> parts, bool sideBySide)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
        {
            throw new ArgumentException("There is nothing to concatenate.", nameof(parts));
        }

        CpuTensor[] sources = [.. parts.Select(Own)];
        CpuTensor first = sources[0];
        bool gradient = false;
        int rows = 0;
        int columns = 0;
        foreach (CpuTensor source in sources)
        {
            Fits(sideBySide ? source.Rows == first.Rows : source.Columns == first.Columns, first, source);
            gradient |= source.RequiresGradient;
            rows = sideBySide ? first.Rows : rows + source.Rows;
            columns = sideBySide ? columns + source.Columns : first.Columns;
        }

        CpuTensor result = Kept(new CpuTensor(this, rows, columns, recording && gradient, isParameter: false));
        long at = 0;
        foreach (CpuTensor source in sources)
        {
            CopyRows(source.Values, source.Columns, result.Values + at, columns, source.Rows, source.Columns, add: false);
            at += sideBySide ? source.Columns : source.Count;
        }

        return Record(
            result,
            () =>
            {
                long place = 0;
                foreach (CpuTensor source in sources)
                {
                    if (source.RequiresGradient)
                    {
                        bool add = source.OpenGradient();
                        CopyRows(
                            result.Gradient + place,
                            columns,
                            source.Gradient,
                            source.Columns,
                            source.Rows,
                            source.Columns,
                            add
                        );
                    }

                    place += sideBySide ? source.Columns : source.Count;
                }
            }
        );
    }

    private CpuTensor Slice(CpuTensor source, int firstRow, int rows, int firstColumn, int columns)
    {
        CpuTensor result = Result(rows, columns, source);
        long at = ((long)firstRow * source.Columns) + firstColumn;
        CopyRows(source.Values + at, source.Columns, result.Values, columns, rows, columns, add: false);
        return Record(
            result,
            () =>
            {
                source.OpenZeroGradient();
                CopyRows(result.Gradient, columns, source.Gradient + at, source.Columns, rows, columns, add: true);
            }
        );
    }

    private void CopyRows(float* source, int sourceStride, float* target, int targetStride, int rows, int width, bool add) =>
        ForRows(
            rows,
            width,
            (_, from, to, _) =>
            {
                for (long i = from; i < to; i++)
                {
                    float* place = target + (i * targetStride);
                    float* row = source + (i * sourceStride);
                    if (add)
                    {
                        kernel.Map(default(Kernels.Maps.Identity), row, place, width, add: true);
                    }
                    else
                    {
                        new ReadOnlySpan<float>(row, width).CopyTo(new Span<float>(place, width));
                    }
                }
            }
        );

    private void ScaleEachRow(float* source, float* factors, int rows, int width, float* target, bool add) =>
        ForRows(
            rows,
            width,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    long at = (long)i * width;
                    kernel.Map(new Kernels.Maps.Scaled(factors[i]), source + at, target + at, width, add);
                }
            }
        );

    // For each row that is named: gradient += Σ over the places that name it, ascending, of weight · source[row of the place].
    private void ScatterAdd(CpuTensor target, CpuIndices indices, int* rowsOfPlaces, float* weights, float* source)
    {
        int width = target.Columns;
        target.OpenZeroGradient();
        int named = indices.NamedRowCount;
        ForRows(
            named,
            (long)width * Math.Max(1, indices.Count / Math.Max(1, named)),
            (_, from, to, _) =>
            {
                for (int n = from; n < to; n++)
                {
                    int start = indices.Offsets[n];
                    kernel.GatherSum(
                        rowsOfPlaces + start,
                        weights == null ? null : weights + start,
                        indices.Offsets[n + 1] - start,
                        source,
                        width,
                        target.Gradient + ((long)indices.NamedRows[n] * width),
                        add: true
                    );
                }
            }
        );
    }
}
