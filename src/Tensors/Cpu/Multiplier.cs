using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// Dense products, blocked as by Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", 2008): b is packed into
/// panels as wide as the register tile, a block of it staying in the second-level cache; a is read where it lies if its rows are contiguous
/// and packed otherwise. Every element of c is summed over the depth in one order, whatever the number of threads.
/// </summary>
internal sealed unsafe class Multiplier(Kernel kernel, WorkerPool workers, BufferPool pool)
{
    private const int TileRows = Kernel.TileRows;
    private const int DepthBlock = 256;
    private const int RowBlock = 16 * TileRows;
    private const int ColumnBlock = 256;
    private const int WidestTile = 32;

    // Where b, packed, is at most this many floats, all threads share one packed copy.
    private const long SharedPackLimit = 1 << 22;
    private const long SmallWork = 1 << 16;

    private readonly int tileColumns = kernel.TileColumns;

    /// <summary>Floats of scratch that <see cref="MultiplyHere"/> needs.</summary>
    public static int ScratchFloats => (RowBlock * DepthBlock) + (DepthBlock * ColumnBlock) + (TileRows * WidestTile);

    /// <summary>c (+)= a · b on all threads.</summary>
    public void Multiply(View a, View b, View c, bool add)
    {
        if (Orient(ref a, ref b, ref c, add))
        {
            return;
        }

        long work = (long)a.Rows * a.Columns * b.Columns;
        bool shared = a.Rows >= b.Columns && (long)a.Columns * RoundUp(b.Columns) <= SharedPackLimit;
        NativeBuffer scratch = pool.Rent((long)ScratchFloats * workers.Threads);
        if (work <= SmallWork)
        {
            MultiplyOriented(a, b, c, add, scratch.Floats);
        }
        else if (shared)
        {
            MultiplyByRows(a, b, c, add, scratch.Floats);
        }
        else
        {
            MultiplyByColumns(a, b, c, add, scratch.Floats);
        }

        pool.Return(scratch);
    }

    /// <summary>c (+)= a · b on the calling thread, for use inside a worker's block.</summary>
    public void MultiplyHere(View a, View b, View c, bool add, float* scratch)
    {
        if (!Orient(ref a, ref b, ref c, add))
        {
            MultiplyOriented(a, b, c, add, scratch);
        }
    }

    /// <summary>Floats of the packed form of a matrix of that shape.</summary>
    public long PackedFloats(int depth, int columns) => (long)depth * RoundUp(columns);

    /// <summary>Packs b, <c>[depth × columns]</c>, into panels, on all threads.</summary>
    public void PackAll(View b, float* packed)
    {
        int padded = RoundUp(b.Columns);
        int blocks = (b.Rows + DepthBlock - 1) / DepthBlock;
        int panels = padded / tileColumns;
        int strips = (panels + 15) / 16;
        workers.Run(
            blocks * strips,
            (block, _) =>
            {
                int depthStart = block / strips * DepthBlock;
                int depth = Math.Min(DepthBlock, b.Rows - depthStart);
                int from = block % strips * 16 * tileColumns;
                int columns = Math.Min(16 * tileColumns, b.Columns - from);
                Pack(b.Part(depthStart, depth, from, columns), packed + ((long)depthStart * padded) + ((long)from * depth));
            }
        );
    }

    /// <summary>c (+)= a · b on the calling thread, for the columns first … first + c.Columns − 1 of a packed b; first at a panel's bound.</summary>
    public void MultiplyPacked(View a, float* packed, int columnsOfB, int first, View c, bool add, float* scratch)
    {
        int padded = RoundUp(columnsOfB);
        for (int start = 0; start < a.Columns; start += DepthBlock)
        {
            int depth = Math.Min(DepthBlock, a.Columns - start);
            float* panels = packed + ((long)start * padded) + ((long)first * depth);
            Sweep(a.Part(0, a.Rows, start, depth), panels, c, add || start > 0, scratch);
        }
    }

    private static bool Orient(ref View a, ref View b, ref View c, bool add)
    {
        if (c.Rows == 0 || c.Columns == 0)
        {
            return true;
        }

        if (a.Columns == 0)
        {
            for (int row = 0; row < c.Rows && !add; row++)
            {
                for (int column = 0; column < c.Columns; column++)
                {
                    c.Data[(row * c.RowStride) + (column * c.ColumnStride)] = 0f;
                }
            }

            return true;
        }

        // The right-hand operand is packed by copying rows, which is cheap; the larger operand should be that one
        // unless it can be read in place, row by row, as the left-hand one.
        if (a.ColumnStride != 1 && a.RowStride == 1 && c.Rows > c.Columns)
        {
            (a, b, c) = (b.Transposed, a.Transposed, c.Transposed);
        }

        return false;
    }

    private void MultiplyOriented(View a, View b, View c, bool add, float* scratch)
    {
        float* packed = scratch + (RowBlock * DepthBlock) + (TileRows * WidestTile);
        for (int start = 0; start < a.Columns; start += DepthBlock)
        {
            int depth = Math.Min(DepthBlock, a.Columns - start);
            View slice = a.Part(0, a.Rows, start, depth);
            for (int column = 0; column < b.Columns; column += ColumnBlock)
            {
                int columns = Math.Min(ColumnBlock, b.Columns - column);
                Pack(b.Part(start, depth, column, columns), packed);
                Sweep(slice, packed, c.Part(0, c.Rows, column, columns), add || start > 0, scratch);
            }
        }
    }

    private void MultiplyByRows(View a, View b, View c, bool add, float* scratch)
    {
        NativeBuffer packed = pool.Rent(PackedFloats(b.Rows, b.Columns));
        float* panels = packed.Floats;
        PackAll(b, panels);
        int rows = RowBlock;
        workers.Run(
            (a.Rows + rows - 1) / rows,
            (block, worker) =>
            {
                int from = block * rows;
                int count = Math.Min(rows, a.Rows - from);
                MultiplyPacked(
                    a.Part(from, count, 0, a.Columns),
                    panels,
                    b.Columns,
                    0,
                    c.Part(from, count, 0, c.Columns),
                    add,
                    scratch + ((long)worker * ScratchFloats)
                );
            }
        );
        pool.Return(packed);
    }

    private void MultiplyByColumns(View a, View b, View c, bool add, float* scratch)
    {
        workers.Run(
            (b.Columns + ColumnBlock - 1) / ColumnBlock,
            (block, worker) =>
            {
                int from = block * ColumnBlock;
                int count = Math.Min(ColumnBlock, b.Columns - from);
                MultiplyOriented(
                    a,
                    b.Part(0, b.Rows, from, count),
                    c.Part(0, c.Rows, from, count),
                    add,
                    scratch + ((long)worker * ScratchFloats)
                );
            }
        );
    }

    // c (+)= a · panels for one block of the depth.
    private void Sweep(View a, float* panels, View c, bool add, float* scratch)
    {
        int depth = a.Columns;
        float* tile = scratch + (RowBlock * DepthBlock);
        for (int row = 0; row < a.Rows; row += RowBlock)
        {
            int rows = Math.Min(RowBlock, a.Rows - row);
            bool inPlace = a.ColumnStride == 1;
            int packFrom = inPlace ? rows / TileRows * TileRows : 0;
            PackRows(a.Part(row + packFrom, rows - packFrom, 0, depth), scratch + (packFrom * depth));
            for (int column = 0; column < c.Columns; column += tileColumns)
            {
                float* panel = panels + ((long)column * depth);
                int columns = Math.Min(tileColumns, c.Columns - column);
                for (int i = 0; i < rows; i += TileRows)
                {
                    float* left = i < packFrom ? a.Data + ((row + i) * a.RowStride) : scratch + (i * depth);
                    nint rowStride = i < packFrom ? a.RowStride : 1;
                    nint depthStride = i < packFrom ? 1 : TileRows;
                    float* target = c.Data + ((row + i) * c.RowStride) + (column * c.ColumnStride);
                    if (columns == tileColumns && i + TileRows <= rows && c.ColumnStride == 1)
                    {
                        kernel.Tile(depth, left, rowStride, depthStride, panel, target, c.RowStride, add);
                    }
                    else
                    {
                        kernel.Tile(depth, left, rowStride, depthStride, panel, tile, tileColumns, add: false);
                        CopyTile(tile, target, c, Math.Min(TileRows, rows - i), columns, add);
                    }
                }
            }
        }
    }

    private void CopyTile(float* tile, float* target, View c, int rows, int columns, bool add)
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                float* place = target + (i * c.RowStride) + (j * c.ColumnStride);
                float value = tile[(i * tileColumns) + j];
                *place = add ? *place + value : value;
            }
        }
    }

    // Panels of six rows, depth by depth, short ones filled with zeros.
    private static void PackRows(View a, float* packed)
    {
        for (int row = 0; row < a.Rows; row += TileRows)
        {
            int rows = Math.Min(TileRows, a.Rows - row);
            float* source = a.Data + (row * a.RowStride);
            for (int p = 0; p < a.Columns; p++)
            {
                for (int i = 0; i < TileRows; i++)
                {
                    packed[i] = i < rows ? source[(i * a.RowStride) + (p * a.ColumnStride)] : 0f;
                }

                packed += TileRows;
            }
        }
    }

    // Panels as wide as the tile, depth by depth, short ones filled with zeros.
    private void Pack(View b, float* packed)
    {
        for (int column = 0; column < b.Columns; column += tileColumns)
        {
            int columns = Math.Min(tileColumns, b.Columns - column);
            float* source = b.Data + (column * b.ColumnStride);
            if (b.ColumnStride == 1 && columns == tileColumns)
            {
                for (int p = 0; p < b.Rows; p++)
                {
                    new ReadOnlySpan<float>(source + (p * b.RowStride), columns).CopyTo(new Span<float>(packed, columns));
                    packed += tileColumns;
                }

                continue;
            }

            for (int p = 0; p < b.Rows; p++)
            {
                for (int j = 0; j < tileColumns; j++)
                {
                    packed[j] = j < columns ? source[(p * b.RowStride) + (j * b.ColumnStride)] : 0f;
                }

                packed += tileColumns;
            }
        }
    }

    private int RoundUp(int columns) => (columns + tileColumns - 1) / tileColumns * tileColumns;
}
