namespace CranePipeline.Tensors.Kernels;

/// <summary>
/// The kernels of one vector width: sums over gathered rows of bfloat16, which take half the memory traffic. A row of d numbers is packed
/// into ⌈d / 2⌉ lanes of 32 bits: number j in the lower half of lane j, number ⌈d / 2⌉ + j in its upper half, so that widening them
/// moves nothing between lanes.
/// </summary>
internal sealed unsafe partial class Kernel<TVector, TLanes>
{
    public override void Pack(float* source, int width, float* target)
    {
        int lanes = (width + 1) / 2;
        int lane = 0;
        for (; lane <= width - lanes - TLanes.Count; lane += TLanes.Count)
        {
            TLanes.Store(TLanes.Pack(TLanes.Load(source + lane), TLanes.Load(source + lanes + lane)), target + lane);
        }

        for (; lane < lanes; lane += TLanes.Count)
        {
            int lower = Math.Min(TLanes.Count, lanes - lane);
            int upper = Math.Clamp(width - lanes - lane, 0, TLanes.Count);
            TVector packed = TLanes.Pack(LoadPart(source + lane, lower), LoadPart(source + lanes + lane, upper));
            StorePart(packed, target + lane, lower);
        }
    }

    public override void GatherPacked(int* rows, float* weights, int count, float* packed, int width, float* target, bool add)
    {
        int lanes = (width + 1) / 2;
        int step = TLanes.Count;
        int lane = 0;
        for (; lane <= width - lanes - (2 * step); lane += 2 * step)
        {
            GatherPacked2(rows, weights, count, packed + lane, lanes, target + lane, add);
        }

        for (; lane < lanes; lane += step)
        {
            int lower = Math.Min(step, lanes - lane);
            int upper = Math.Clamp(width - lanes - lane, 0, step);
            TVector sum0 = default;
            TVector sum1 = default;
            for (int e = 0; e < count; e++)
            {
                TVector weight = TLanes.Broadcast(weights[e]);
                TVector pair = LoadPart(packed + ((long)rows[e] * lanes) + lane, lower);
                sum0 = TLanes.MultiplyAdd(weight, TLanes.Lower(pair), sum0);
                sum1 = TLanes.MultiplyAdd(weight, TLanes.Upper(pair), sum1);
            }

            StoreSum(sum0, target + lane, lower, add);
            StoreSum(sum1, target + lanes + lane, upper, add);
        }
    }

    // Two vectors of lanes, four of numbers.
    private static void GatherPacked2(int* rows, float* weights, int count, float* packed, int lanes, float* target, bool add)
    {
        TVector sum0 = default;
        TVector sum1 = default;
        TVector sum2 = default;
        TVector sum3 = default;
        for (int e = 0; e < count; e++)
        {
            float* row = packed + ((long)rows[e] * lanes);
            TVector weight = TLanes.Broadcast(weights[e]);
            TVector pair0 = TLanes.Load(row);
            TVector pair1 = TLanes.Load(row + TLanes.Count);
            sum0 = TLanes.MultiplyAdd(weight, TLanes.Lower(pair0), sum0);
            sum1 = TLanes.MultiplyAdd(weight, TLanes.Lower(pair1), sum1);
            sum2 = TLanes.MultiplyAdd(weight, TLanes.Upper(pair0), sum2);
            sum3 = TLanes.MultiplyAdd(weight, TLanes.Upper(pair1), sum3);
        }

        StoreSums(sum0, sum1, target, add);
        StoreSums(sum2, sum3, target + lanes, add);
    }

    private static void StoreSum(TVector sum, float* target, int count, bool add) =>
        StorePart(add ? TLanes.Add(LoadPart(target, count), sum) : sum, target, count);
}
