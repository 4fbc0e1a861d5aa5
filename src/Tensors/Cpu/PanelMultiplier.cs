using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// Products with a <see cref="PanelMatrix"/>: what is large is read once, from one end to the other. As in <see cref="Multiplier"/>, every
/// element is summed over the depth in an order that depends on the shapes alone.
/// </summary>
internal sealed unsafe class PanelMultiplier(Kernel kernel, WorkerPool workers, BufferPool pool)
{
    private const int TileRows = Kernel.TileRows;
    private const int BlockRows = PanelMatrix.BlockRows;

    private const int DepthBlock = Packing.DepthBlock;

    // Panels of X that share a pass over the other operand.
    private const int PanelsTogether = 8;

    private readonly int tileColumns = kernel.TileColumns;
    private readonly Packing packing = new(kernel);

    /// <summary>c (+)= x · b; c's rows are contiguous. To the bit what <see cref="Multiplier"/> makes of the same matrices.</summary>
    public void Multiply(PanelMatrix x, View b, View c, bool add)
    {
        int padded = packing.RoundUpColumns(b.Columns);
        int panelsInBlock = DepthBlock / tileColumns;
        NativeBuffer packed = pool.Rent((long)x.PanelCount * tileColumns * padded);
        workers.Run(
            (b.Rows + DepthBlock - 1) / DepthBlock,
            (block, _) => PackRight(b, block * DepthBlock, packed.Floats + ((long)block * DepthBlock * padded))
        );
        int tileFloats = TileRows * tileColumns;
        int scratchFloats = tileFloats + x.ScratchFloats(panelsInBlock);
        NativeBuffer scratch = pool.Rent((long)scratchFloats * workers.Threads);
        workers.Run(
            x.BlockCount,
            (block, worker) =>
            {
                float* tile = scratch.Floats + ((long)worker * scratchFloats);
                View target = c.Part(block * BlockRows, Math.Min(BlockRows, c.Rows - (block * BlockRows)), 0, c.Columns);
                for (int first = 0; first < x.PanelCount; first += panelsInBlock)
                {
                    int panels = Math.Min(panelsInBlock, x.PanelCount - first);
                    float* right = packed.Floats + ((long)first * tileColumns * padded);
                    MultiplyBlock(
                        x.Panels(block, first, panels, tile + tileFloats),
                        panels,
                        right,
                        target,
                        add || first > 0,
                        tile
                    );
                }
            }
        );
        pool.Return(scratch);
        pool.Return(packed);
    }

    /// <summary>c (+)= xᵀ · b; b's rows are contiguous.</summary>
    public void MultiplyTransposed(PanelMatrix x, View b, View c, bool add)
    {
        // cᵀ = bᵀ x: bᵀ is packed into tiles of its rows, block by block of x, and x's panels are read as they lie.
        int tiles = (b.Columns + TileRows - 1) / TileRows;
        int leftFloats = tiles * TileRows * BlockRows;
        NativeBuffer left = pool.Rent((long)x.BlockCount * leftFloats);
        workers.Run(
            x.BlockCount,
            (block, _) =>
            {
                int first = block * BlockRows;
                View part = b.Part(first, Math.Min(BlockRows, b.Rows - first), 0, b.Columns);
                Packing.PackLeft(part.Transposed, left.Floats + ((long)block * leftFloats));
            }
        );

        int together = Math.Clamp(x.PanelCount / (4 * workers.Threads), 1, PanelsTogether);
        int sumFloats = tiles * TileRows * tileColumns;
        int workerFloats = (PanelsTogether * sumFloats) + x.ScratchFloats(1);
        NativeBuffer scratch = pool.Rent((long)workerFloats * workers.Threads);
        workers.Run(
            (x.PanelCount + together - 1) / together,
            (group, worker) =>
            {
                float* sums = scratch.Floats + ((long)worker * workerFloats);
                int firstPanel = group * together;
                int panels = Math.Min(together, x.PanelCount - firstPanel);
                for (int block = 0; block < x.BlockCount; block++)
                {
                    int rows = Math.Min(BlockRows, x.Rows - (block * BlockRows));
                    float* packed = left.Floats + ((long)block * leftFloats);
                    for (int panel = 0; panel < panels; panel++)
                    {
                        float* right = x.Panels(block, firstPanel + panel, 1, sums + (PanelsTogether * sumFloats));
                        float* target = sums + (panel * sumFloats);
                        for (int tile = 0; tile < tiles; tile++)
                        {
                            kernel.Tile(
                                rows,
                                packed + (tile * TileRows * rows),
                                1,
                                TileRows,
                                right,
                                target + (tile * TileRows * tileColumns),
                                tileColumns,
                                add: block > 0
                            );
                        }
                    }
                }

                for (int panel = 0; panel < panels; panel++)
                {
                    int column = (firstPanel + panel) * tileColumns;
                    int columns = Math.Min(tileColumns, x.Columns - column);
                    CopyTransposed(sums + (panel * sumFloats), c.Part(column, columns), add);
                }
            }
        );
        pool.Return(scratch);
        pool.Return(left);
    }

    // c (+)= a block of x, some of its panels, times the packed right-hand block that meets them.
    private void MultiplyBlock(float* x, int panels, float* right, View c, bool add, float* tile)
    {
        nint panelStride = BlockRows * tileColumns;
        for (int row = 0; row < c.Rows; row += TileRows)
        {
            for (int column = 0; column < c.Columns; column += tileColumns)
            {
                float* panel = right + ((long)column * panels * tileColumns);
                int columns = Math.Min(tileColumns, c.Columns - column);
                float* left = x + (row * tileColumns);
                float* target = c.Data + (row * c.RowStride) + column;
                if (columns == tileColumns && row + TileRows <= c.Rows)
                {
                    kernel.TileOfPanels(panels, left, panelStride, panel, target, c.RowStride, add);
                    continue;
                }

                kernel.TileOfPanels(panels, left, panelStride, panel, tile, tileColumns, add: false);
                for (int i = 0; i < Math.Min(TileRows, c.Rows - row); i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        float value = tile[(i * tileColumns) + j];
                        float* place = target + (i * c.RowStride) + j;
                        *place = add ? *place + value : value;
                    }
                }
            }
        }
    }

    // A block of the depth, with zeros where b ends before the last panel of x.
    private void PackRight(View b, int start, float* packed)
    {
        int rows = Math.Min(DepthBlock, b.Rows - start);
        int whole = (rows + tileColumns - 1) / tileColumns * tileColumns;
        if (rows == whole)
        {
            packing.PackRight(b.Part(start, rows), packed);
            return;
        }

        int padded = packing.RoundUpColumns(b.Columns);
        new Span<float>(packed, whole * padded).Clear();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < b.Columns; column++)
            {
                int panel = column / tileColumns * tileColumns;
                packed[(panel * whole) + (row * tileColumns) + (column - panel)] = b.Data[
                    ((start + row) * b.RowStride) + (column * b.ColumnStride)
                ];
            }
        }
    }

    private void CopyTransposed(float* sums, View c, bool add)
    {
        for (int i = 0; i < c.Rows; i++)
        {
            float* target = c.Data + (i * c.RowStride);
            for (int j = 0; j < c.Columns; j++)
            {
                float value = sums[(j * tileColumns) + i];
                *target = add ? *target + value : value;
                target += c.ColumnStride;
            }
        }
    }
}
