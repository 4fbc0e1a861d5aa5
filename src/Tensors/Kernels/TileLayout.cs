namespace CranePipeline.Tensors.Kernels;

/// <summary>
/// How the left-hand operand of a register tile lies. Its depth is cut into panels of <paramref name="Depth"/>; element (i, p) of a panel
/// stands at i · <paramref name="RowStride"/> + p · <paramref name="DepthStride"/>, and the next panel's at
/// <paramref name="PanelStride"/> behind it.
/// </summary>
internal readonly record struct TileLayout(int Panels, int Depth, nint RowStride, nint DepthStride, nint PanelStride)
{
    /// <summary>All of the depth in one panel.</summary>
    public TileLayout(int depth, nint rowStride, nint depthStride)
        : this(1, depth, rowStride, depthStride, 0) { }
}
