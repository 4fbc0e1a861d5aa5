using System.Runtime.CompilerServices;

namespace CranePipeline.Tensors.Kernels;

/// <summary>The kernels of one vector width: the register tile of a dense product.</summary>
internal sealed unsafe partial class Kernel<TVector, TLanes>
{
    public override void Tile(
        int depth,
        float* a,
        nint rowStride,
        nint depthStride,
        float* b,
        float* c,
        nint rowStrideC,
        bool add
    ) => Tile(new OnePanel(depth, rowStride, depthStride), a, b, c, rowStrideC, add);

    public override void TileOfPanels(int panels, float* a, nint panelStride, float* b, float* c, nint rowStrideC, bool add) =>
        Tile(new Panels(panels, panelStride), a, b, c, rowStrideC, add);

    // Compiled for each layout, whose constants then stand in the loop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<TLayout>(TLayout layout, float* a, float* b, float* c, nint rowStrideC, bool add)
        where TLayout : struct, ITileLayout
    {
        // Twelve sums in registers hide the latency of the multiply-add; two more hold b and one the broadcast element of a.
        TVector sum00 = default;
        TVector sum01 = default;
        TVector sum10 = default;
        TVector sum11 = default;
        TVector sum20 = default;
        TVector sum21 = default;
        TVector sum30 = default;
        TVector sum31 = default;
        TVector sum40 = default;
        TVector sum41 = default;
        TVector sum50 = default;
        TVector sum51 = default;
        float* a0 = a;
        float* a1 = a0 + layout.RowStride;
        float* a2 = a1 + layout.RowStride;
        float* a3 = a2 + layout.RowStride;
        float* a4 = a3 + layout.RowStride;
        float* a5 = a4 + layout.RowStride;
        for (int panel = 0; panel < layout.PanelCount; panel++)
        {
            nint at = panel * layout.PanelStride;
            for (int p = 0; p < layout.Depth; p++)
            {
                TVector b0 = TLanes.Load(b);
                TVector b1 = TLanes.Load(b + TLanes.Count);
                b += 2 * TLanes.Count;

                TVector x0 = TLanes.Broadcast(a0[at]);
                sum00 = TLanes.MultiplyAdd(x0, b0, sum00);
                sum01 = TLanes.MultiplyAdd(x0, b1, sum01);

                TVector x1 = TLanes.Broadcast(a1[at]);
                sum10 = TLanes.MultiplyAdd(x1, b0, sum10);
                sum11 = TLanes.MultiplyAdd(x1, b1, sum11);

                TVector x2 = TLanes.Broadcast(a2[at]);
                sum20 = TLanes.MultiplyAdd(x2, b0, sum20);
                sum21 = TLanes.MultiplyAdd(x2, b1, sum21);

                TVector x3 = TLanes.Broadcast(a3[at]);
                sum30 = TLanes.MultiplyAdd(x3, b0, sum30);
                sum31 = TLanes.MultiplyAdd(x3, b1, sum31);

                TVector x4 = TLanes.Broadcast(a4[at]);
                sum40 = TLanes.MultiplyAdd(x4, b0, sum40);
                sum41 = TLanes.MultiplyAdd(x4, b1, sum41);

                TVector x5 = TLanes.Broadcast(a5[at]);
                sum50 = TLanes.MultiplyAdd(x5, b0, sum50);
                sum51 = TLanes.MultiplyAdd(x5, b1, sum51);

                at += layout.DepthStride;
            }
        }

        StoreSums(sum00, sum01, c, add);
        c += rowStrideC;
        StoreSums(sum10, sum11, c, add);
        c += rowStrideC;
        StoreSums(sum20, sum21, c, add);
        c += rowStrideC;
        StoreSums(sum30, sum31, c, add);
        c += rowStrideC;
        StoreSums(sum40, sum41, c, add);
        c += rowStrideC;
        StoreSums(sum50, sum51, c, add);
    }

    public override void CopyColumns(float* source, nint rowStride, int rows, float* target)
    {
        for (int row = 0; row < rows; row++)
        {
            TLanes.Store(TLanes.Load(source), target);
            TLanes.Store(TLanes.Load(source + TLanes.Count), target + TLanes.Count);
            source += rowStride;
            target += 2 * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSums(TVector sum0, TVector sum1, float* target, bool add)
    {
        if (add)
        {
            sum0 = TLanes.Add(TLanes.Load(target), sum0);
            sum1 = TLanes.Add(TLanes.Load(target + TLanes.Count), sum1);
        }

        TLanes.Store(sum0, target);
        TLanes.Store(sum1, target + TLanes.Count);
    }

    /// <summary>
    /// How a tile's left-hand operand lies: element (i, p) of a panel stands at i · RowStride + p · DepthStride, and the next panel's at
    /// PanelStride behind it.
    /// </summary>
    private interface ITileLayout
    {
        int PanelCount { get; }

        int Depth { get; }

        nint RowStride { get; }

        nint DepthStride { get; }

        nint PanelStride { get; }
    }

    private readonly struct OnePanel(int depth, nint rowStride, nint depthStride) : ITileLayout
    {
        public int PanelCount => 1;

        public int Depth => depth;

        public nint RowStride => rowStride;

        public nint DepthStride => depthStride;

        public nint PanelStride => 0;
    }

    private readonly struct Panels(int count, nint stride) : ITileLayout
    {
        public int PanelCount => count;

        public int Depth => 2 * TLanes.Count;

        public nint RowStride => 2 * TLanes.Count;

        public nint DepthStride => 1;

        public nint PanelStride => stride;
    }
}
