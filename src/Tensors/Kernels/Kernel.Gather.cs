namespace CranePipeline.Tensors.Kernels;

/// <summary>The kernels of one vector width: sums over gathered rows, the heart of sparse products.</summary>
internal sealed unsafe partial class Kernel<TVector, TLanes>
{
    public override void GatherSum(int* rows, float* weights, int count, float* source, int width, float* target, bool add)
    {
        int step = TLanes.Count;
        int column = 0;
        for (; column <= width - (8 * step); column += 8 * step)
        {
            GatherSum8(rows, weights, count, source + column, width, target + column, add);
        }

        for (; column <= width - (4 * step); column += 4 * step)
        {
            GatherSum4(rows, weights, count, source + column, width, target + column, add);
        }

        for (; column <= width - (2 * step); column += 2 * step)
        {
            GatherSum2(rows, weights, count, source + column, width, target + column, add);
        }

        for (; column < width; column += step)
        {
            GatherSumPart(rows, weights, count, source + column, width, target + column, Math.Min(step, width - column), add);
        }
    }

    public override void GatherDots(int* rows, int count, float* source, int width, float* x, float* results, bool add)
    {
        for (int e = 0; e < count; e++)
        {
            float dot = Dot(x, source + ((long)rows[e] * width), width);
            results[e] = add ? results[e] + dot : dot;
        }
    }

    private static void GatherSum8(int* rows, float* weights, int count, float* source, int width, float* target, bool add)
    {
        int step = TLanes.Count;
        TVector sum0 = default;
        TVector sum1 = default;
        TVector sum2 = default;
        TVector sum3 = default;
        TVector sum4 = default;
        TVector sum5 = default;
        TVector sum6 = default;
        TVector sum7 = default;
        for (int e = 0; e < count; e++)
        {
            float* row = source + ((long)rows[e] * width);
            TVector weight = TLanes.Broadcast(weights == null ? 1f : weights[e]);
            sum0 = TLanes.MultiplyAdd(weight, TLanes.Load(row), sum0);
            sum1 = TLanes.MultiplyAdd(weight, TLanes.Load(row + step), sum1);
            sum2 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (2 * step)), sum2);
            sum3 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (3 * step)), sum3);
            sum4 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (4 * step)), sum4);
            sum5 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (5 * step)), sum5);
            sum6 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (6 * step)), sum6);
            sum7 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (7 * step)), sum7);
        }

        StoreSums(sum0, sum1, target, add);
        StoreSums(sum2, sum3, target + (2 * step), add);
        StoreSums(sum4, sum5, target + (4 * step), add);
        StoreSums(sum6, sum7, target + (6 * step), add);
    }

    private static void GatherSum4(int* rows, float* weights, int count, float* source, int width, float* target, bool add)
    {
        int step = TLanes.Count;
        TVector sum0 = default;
        TVector sum1 = default;
        TVector sum2 = default;
        TVector sum3 = default;
        for (int e = 0; e < count; e++)
        {
            float* row = source + ((long)rows[e] * width);
            TVector weight = TLanes.Broadcast(weights == null ? 1f : weights[e]);
            sum0 = TLanes.MultiplyAdd(weight, TLanes.Load(row), sum0);
            sum1 = TLanes.MultiplyAdd(weight, TLanes.Load(row + step), sum1);
            sum2 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (2 * step)), sum2);
            sum3 = TLanes.MultiplyAdd(weight, TLanes.Load(row + (3 * step)), sum3);
        }

        StoreSums(sum0, sum1, target, add);
        StoreSums(sum2, sum3, target + (2 * step), add);
    }

    private static void GatherSum2(int* rows, float* weights, int count, float* source, int width, float* target, bool add)
    {
        TVector sum0 = default;
        TVector sum1 = default;
        for (int e = 0; e < count; e++)
        {
            float* row = source + ((long)rows[e] * width);
            TVector weight = TLanes.Broadcast(weights == null ? 1f : weights[e]);
            sum0 = TLanes.MultiplyAdd(weight, TLanes.Load(row), sum0);
            sum1 = TLanes.MultiplyAdd(weight, TLanes.Load(row + TLanes.Count), sum1);
        }

        StoreSums(sum0, sum1, target, add);
    }

    private static void GatherSumPart(
        int* rows,
        float* weights,
        int count,
        float* source,
        int width,
        float* target,
        int part,
        bool add
    )
    {
        TVector sum = default;
        for (int e = 0; e < count; e++)
        {
            TVector weight = TLanes.Broadcast(weights == null ? 1f : weights[e]);
            sum = TLanes.MultiplyAdd(weight, LoadPart(source + ((long)rows[e] * width), part), sum);
        }

        StorePart(add ? TLanes.Add(LoadPart(target, part), sum) : sum, target, part);
    }
}
