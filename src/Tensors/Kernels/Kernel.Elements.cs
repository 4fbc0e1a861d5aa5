using System.Runtime.CompilerServices;

namespace CranePipeline.Tensors.Kernels;

/// <summary>The kernels of one vector width: maps and reductions over contiguous numbers.</summary>
internal sealed unsafe partial class Kernel<TVector, TLanes> : Kernel
    where TVector : unmanaged
    where TLanes : ILanes<TVector>
{
    public override string Name => TLanes.Name;

    public override int TileColumns => 2 * TLanes.Count;

    public override void Map<TMap>(TMap op, float* a, float* result, long count, bool add)
    {
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TVector value = op.Invoke<TVector, TLanes>(TLanes.Load(a + i));
            TLanes.Store(add ? TLanes.Add(TLanes.Load(result + i), value) : value, result + i);
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            TVector value = op.Invoke<TVector, TLanes>(LoadPart(a + i, rest));
            StorePart(add ? TLanes.Add(LoadPart(result + i, rest), value) : value, result + i, rest);
        }
    }

    public override void Map<TMap>(TMap op, float* a, float* b, float* result, long count, bool add)
    {
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TVector value = op.Invoke<TVector, TLanes>(TLanes.Load(a + i), TLanes.Load(b + i));
            TLanes.Store(add ? TLanes.Add(TLanes.Load(result + i), value) : value, result + i);
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            TVector value = op.Invoke<TVector, TLanes>(LoadPart(a + i, rest), LoadPart(b + i, rest));
            StorePart(add ? TLanes.Add(LoadPart(result + i, rest), value) : value, result + i, rest);
        }
    }

    public override float Dot(float* a, float* b, long count)
    {
        TVector sum0 = default;
        TVector sum1 = default;
        TVector sum2 = default;
        TVector sum3 = default;
        int step = TLanes.Count;
        long i = 0;
        for (; i <= count - (4 * step); i += 4 * step)
        {
            sum0 = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sum0);
            sum1 = TLanes.MultiplyAdd(TLanes.Load(a + i + step), TLanes.Load(b + i + step), sum1);
            sum2 = TLanes.MultiplyAdd(TLanes.Load(a + i + (2 * step)), TLanes.Load(b + i + (2 * step)), sum2);
            sum3 = TLanes.MultiplyAdd(TLanes.Load(a + i + (3 * step)), TLanes.Load(b + i + (3 * step)), sum3);
        }

        for (; i <= count - step; i += step)
        {
            sum0 = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sum0);
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            sum1 = TLanes.MultiplyAdd(LoadPart(a + i, rest), LoadPart(b + i, rest), sum1);
        }

        return TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3)));
    }

    public override float Sum(float* a, long count)
    {
        TVector sum0 = default;
        TVector sum1 = default;
        int step = TLanes.Count;
        long i = 0;
        for (; i <= count - (2 * step); i += 2 * step)
        {
            sum0 = TLanes.Add(TLanes.Load(a + i), sum0);
            sum1 = TLanes.Add(TLanes.Load(a + i + step), sum1);
        }

        for (; i <= count - step; i += step)
        {
            sum0 = TLanes.Add(TLanes.Load(a + i), sum0);
        }

        if (i < count)
        {
            sum1 = TLanes.Add(LoadPart(a + i, (int)(count - i)), sum1);
        }

        return TLanes.Sum(TLanes.Add(sum0, sum1));
    }

    public override float Largest(float* a, long count)
    {
        TVector largest = TLanes.Broadcast(float.NegativeInfinity);
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            largest = TLanes.Max(largest, TLanes.Load(a + i));
        }

        float result = TLanes.Largest(largest);
        for (; i < count; i++)
        {
            result = MathF.Max(result, a[i]);
        }

        return result;
    }

    public override void AddScaled(float* source, float factor, float* target, long count)
    {
        TVector scale = TLanes.Broadcast(factor);
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.MultiplyAdd(scale, TLanes.Load(source + i), TLanes.Load(target + i)), target + i);
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            StorePart(TLanes.MultiplyAdd(scale, LoadPart(source + i, rest), LoadPart(target + i, rest)), target + i, rest);
        }
    }

    public override float ExpSum(float* source, float factor, float shift, float* target, long count)
    {
        TVector scale = TLanes.Broadcast(factor);
        TVector offset = TLanes.Broadcast(-shift);
        TVector sum = default;
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TVector value = TLanes.Exp(TLanes.MultiplyAdd(scale, TLanes.Load(source + i), offset));
            TLanes.Store(value, target + i);
            sum = TLanes.Add(sum, value);
        }

        float total = TLanes.Sum(sum);
        for (; i < count; i++)
        {
            target[i] = MathF.Exp((factor * source[i]) - shift);
            total += target[i];
        }

        return total;
    }

    public override int CollectAbove(float* values, int count, float limit, int first, ulong* keys)
    {
        TVector bound = TLanes.Broadcast(limit);
        int found = 0;
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            for (ulong bits = TLanes.GreaterBits(TLanes.Load(values + i), bound); bits != 0; bits &= bits - 1)
            {
                int at = i + System.Numerics.BitOperations.TrailingZeroCount(bits);
                keys[found++] = RankKey.Of(first + at, values[at]);
            }
        }

        for (; i < count; i++)
        {
            if (values[i] > limit)
            {
                keys[found++] = RankKey.Of(first + i, values[i]);
            }
        }

        return found;
    }

    public override void Adam(
        float* value,
        float* gradient,
        float* first,
        float* second,
        long count,
        float beta1,
        float beta2,
        float rate,
        float root,
        float epsilon
    )
    {
        TVector decay1 = TLanes.Broadcast(beta1);
        TVector decay2 = TLanes.Broadcast(beta2);
        TVector fresh1 = TLanes.Broadcast(1f - beta1);
        TVector fresh2 = TLanes.Broadcast(1f - beta2);
        TVector step = TLanes.Broadcast(-rate);
        TVector correction = TLanes.Broadcast(root);
        TVector floor = TLanes.Broadcast(epsilon);
        for (long i = 0; i < count; i += TLanes.Count)
        {
            int rest = (int)Math.Min(TLanes.Count, count - i);
            bool whole = rest == TLanes.Count;
            TVector g = whole ? TLanes.Load(gradient + i) : LoadPart(gradient + i, rest);
            TVector m = whole ? TLanes.Load(first + i) : LoadPart(first + i, rest);
            TVector v = whole ? TLanes.Load(second + i) : LoadPart(second + i, rest);
            TVector x = whole ? TLanes.Load(value + i) : LoadPart(value + i, rest);
            m = TLanes.MultiplyAdd(decay1, m, TLanes.Multiply(fresh1, g));
            v = TLanes.MultiplyAdd(decay2, v, TLanes.Multiply(fresh2, TLanes.Multiply(g, g)));
            x = TLanes.MultiplyAdd(step, TLanes.Divide(m, TLanes.MultiplyAdd(TLanes.Sqrt(v), correction, floor)), x);
            if (whole)
            {
                TLanes.Store(m, first + i);
                TLanes.Store(v, second + i);
                TLanes.Store(x, value + i);
            }
            else
            {
                StorePart(m, first + i, rest);
                StorePart(v, second + i, rest);
                StorePart(x, value + i, rest);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadPart(float* source, int count) => TLanes.LoadPart(source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePart(TVector value, float* target, int count) => TLanes.StorePart(value, target, count);
}
