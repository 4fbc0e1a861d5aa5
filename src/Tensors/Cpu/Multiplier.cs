using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// Dense products, blocked as by Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", 2008): the right-hand
/// operand is packed into panels as wide as the register tile, a block of them staying in the second-level cache; the left-hand one is
/// read where it lies if its rows are contiguous and packed otherwise. Every element of the result is summed over the depth in an order
/// that depends on the shapes alone, whatever the number of threads.
/// </summary>
internal sealed unsafe class Multiplier(Kernel kernel, WorkerPool workers, BufferPool pool)
{
    private const int TileRows = Kernel.TileRows;
    private const int DepthBlock = Packing.DepthBlock;
    private const int RowBlock = 16 * TileRows;
    private const int ColumnBlock = 256;
    private const int WidestTile = 32;
    private const int LocalRows = 132;

    // Where in a worker's scratch the parts begin: packed rows, a tile, packed columns, a block of the result.
    private const int TileAt = RowBlock * DepthBlock;
    private const int RightAt = TileAt + (TileRows * WidestTile);
    private const int LocalAt = RightAt + (DepthBlock * ColumnBlock);

    // Up to this many floats an operand is packed once, for all threads.
    private const long SharedPackLimit = 1 << 23;
    private const long SmallWork = 1 << 16;

    private readonly int tileColumns = kernel.TileColumns;
    private readonly Packing packing = new(kernel);

    /// <summary>Floats of scratch that a worker needs.</summary>
    public const int ScratchFloats = LocalAt + (LocalRows * ColumnBlock);

    /// <summary>c (+)= a · b on all threads.</summary>
    public void Multiply(View a, View b, View c, bool add)
    {
        if (IsDone(ref a, ref b, ref c, add))
        {
            return;
        }

        long work = (long)a.Rows * a.Columns * b.Columns;
        bool byRows = a.ColumnStride == 1 && a.Rows >= b.Columns && PackedFloats(a.Columns, b.Columns) <= SharedPackLimit;
        NativeBuffer scratch = pool.Rent((long)ScratchFloats * workers.Threads);
        if (work <= SmallWork)
        {
            MultiplyColumns(a, null, b, c, add, scratch.Floats);
        }
        else if (byRows)
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
        if (!IsDone(ref a, ref b, ref c, add))
        {
            MultiplyColumns(a, null, b, c, add, scratch);
        }
    }

    /// <summary>Floats of the packed form of a right-hand operand of that shape.</summary>
    public long PackedFloats(int depth, int columns) => (long)depth * packing.RoundUpColumns(columns);

    /// <summary>Packs a right-hand operand, <c>[depth × columns]</c>, whole, on all threads.</summary>
    public void PackAll(View b, float* packed)
    {
        int padded = packing.RoundUpColumns(b.Columns);
        int strip = 16 * tileColumns;
        int blocks = (b.Rows + DepthBlock - 1) / DepthBlock;
        int strips = (b.Columns + strip - 1) / strip;
        RunBlocks(
            blocks * strips,
            (long)b.Rows * b.Columns,
            (block, _) =>
            {
                int start = block / strips * DepthBlock;
                int depth = Math.Min(DepthBlock, b.Rows - start);
                int from = block % strips * strip;
                View part = b.Part(start, depth, from, Math.Min(strip, b.Columns - from));
                packing.PackRight(part, packed + ((long)start * padded) + ((long)from * depth));
            }
        );
    }

    /// <summary>
    /// c (+)= a · b on the calling thread, for the columns first … first + c.Columns − 1 of a packed b; first at a panel's bound.
    /// </summary>
    public void MultiplyPacked(View a, float* packed, int columnsOfB, int first, View c, bool add, float* scratch)
    {
        int padded = packing.RoundUpColumns(columnsOfB);
        for (int start = 0; start < a.Columns; start += DepthBlock)
        {
            int depth = Math.Min(DepthBlock, a.Columns - start);
            float* panels = packed + ((long)start * padded) + ((long)first * depth);
            Sweep(a.Part(0, a.Rows, start, depth), null, panels, c, add || start > 0, scratch);
        }
    }

    // Settles empty operands, and puts the others the way round that is cheaper to pack.
    private static bool IsDone(ref View a, ref View b, ref View c, bool add)
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

        // The right-hand operand is packed by copying pieces of rows, which is cheap; the larger operand should be that one
        // unless it can be read in place, row by row, as the left-hand one.
        if (a.ColumnStride != 1 && a.RowStride == 1 && c.Rows > c.Columns)
        {
            (a, b, c) = (b.Transposed, a.Transposed, c.Transposed);
        }

        return false;
    }

    private void MultiplyByRows(View a, View b, View c, bool add, float* scratch)
    {
        NativeBuffer packed = pool.Rent(PackedFloats(b.Rows, b.Columns));
        float* panels = packed.Floats;
        PackAll(b, panels);
        int rows = Math.Clamp(Packing.RoundUpRows(a.Rows / (4 * workers.Threads)), TileRows, RowBlock);
        workers.Run(
            (a.Rows + rows - 1) / rows,
            (block, worker) =>
            {
                int from = block * rows;
                int count = Math.Min(rows, a.Rows - from);
                View left = a.Part(from, count);
                View target = c.Part(from, count);
                MultiplyPacked(left, panels, b.Columns, 0, target, add, scratch + ((long)worker * ScratchFloats));
            }
        );
        pool.Return(packed);
    }

    private void MultiplyByColumns(View a, View b, View c, bool add, float* scratch)
    {
        NativeBuffer left = default;
        if (a.ColumnStride != 1 && (long)Packing.RoundUpRows(a.Rows) * a.Columns <= SharedPackLimit)
        {
            left = pool.Rent((long)Packing.RoundUpRows(a.Rows) * a.Columns);
            RunBlocks(
                (a.Columns + DepthBlock - 1) / DepthBlock,
                (long)a.Rows * a.Columns,
                (block, _) =>
                {
                    int start = block * DepthBlock;
                    View part = a.Part(0, a.Rows, start, Math.Min(DepthBlock, a.Columns - start));
                    Packing.PackLeft(part, left.Floats + ((long)start * Packing.RoundUpRows(a.Rows)));
                }
            );
        }

        int columns = Math.Clamp(packing.RoundUpColumns(b.Columns / (2 * workers.Threads)), tileColumns, ColumnBlock);
        workers.Run(
            (b.Columns + columns - 1) / columns,
            (block, worker) =>
            {
                int from = block * columns;
                int count = Math.Min(columns, b.Columns - from);
                View right = b.Part(0, b.Rows, from, count);
                View target = c.Part(0, c.Rows, from, count);
                MultiplyColumns(a, left.Floats, right, target, add, scratch + ((long)worker * ScratchFloats));
            }
        );
        pool.Return(left);
    }

    // c (+)= a · b on the calling thread; the packed form of a is used where there is one.
    private void MultiplyColumns(View a, float* left, View b, View c, bool add, float* scratch)
    {
        // A result that does not lie row by row is summed in a block that does, and copied once.
        bool local = c.ColumnStride != 1 && c.Rows <= LocalRows;
        for (int column = 0; column < b.Columns; column += ColumnBlock)
        {
            int columns = Math.Min(ColumnBlock, b.Columns - column);
            View target = c.Part(0, c.Rows, column, columns);
            View sums = local ? new View(scratch + LocalAt, c.Rows, columns, ColumnBlock, 1) : target;
            for (int start = 0; start < a.Columns; start += DepthBlock)
            {
                int depth = Math.Min(DepthBlock, a.Columns - start);
                packing.PackRight(b.Part(start, depth, column, columns), scratch + RightAt);
                float* packed = left == null ? null : left + ((long)start * Packing.RoundUpRows(a.Rows));
                bool adds = start > 0 || (add && !local);
                Sweep(a.Part(0, a.Rows, start, depth), packed, scratch + RightAt, sums, adds, scratch);
            }

            if (local)
            {
                Copy(sums, target, add);
            }
        }
    }

    // c (+)= a · panels for one block of the depth.
    private void Sweep(View a, float* packedLeft, float* panels, View c, bool add, float* scratch)
    {
        int depth = a.Columns;
        bool inPlace = packedLeft == null && a.ColumnStride == 1;
        for (int row = 0; row < a.Rows; row += RowBlock)
        {
            int rows = Math.Min(RowBlock, a.Rows - row);
            int wholeRows = rows / TileRows * TileRows;
            float* packed = packedLeft == null ? scratch : packedLeft + ((long)row * depth);
            int packFrom = inPlace ? wholeRows : 0;
            if (packedLeft == null)
            {
                Packing.PackLeft(a.Part(row + packFrom, rows - packFrom, 0, depth), scratch + (packFrom * depth));
            }

            for (int column = 0; column < c.Columns; column += tileColumns)
            {
                float* panel = panels + ((long)column * depth);
                bool whole = column + tileColumns <= c.Columns && c.ColumnStride == 1;
                for (int i = 0; i < rows; i += TileRows)
                {
                    bool here = i < packFrom;
                    float* left = here ? a.Data + ((row + i) * a.RowStride) : packed + (i * depth);
                    nint rowStride = here ? a.RowStride : 1;
                    nint depthStride = here ? 1 : TileRows;
                    if (whole && i < wholeRows)
                    {
                        float* target = c.Data + ((row + i) * c.RowStride) + column;
                        kernel.Tile(depth, left, rowStride, depthStride, panel, target, c.RowStride, add);
                        continue;
                    }

                    float* tile = scratch + TileAt;
                    kernel.Tile(depth, left, rowStride, depthStride, panel, tile, tileColumns, add: false);
                    int tileRows = Math.Min(TileRows, rows - i);
                    int columns = Math.Min(tileColumns, c.Columns - column);
                    var source = new View(tile, tileRows, columns, tileColumns, 1);
                    Copy(source, c.Part(row + i, tileRows, column, columns), add);
                }
            }
        }
    }

    private static void Copy(View source, View target, bool add)
    {
        for (int j = 0; j < source.Columns; j++)
        {
            float* from = source.Data + (j * source.ColumnStride);
            float* to = target.Data + (j * target.ColumnStride);
            for (int i = 0; i < source.Rows; i++)
            {
                *to = add ? *to + *from : *from;
                from += source.RowStride;
                to += target.RowStride;
            }
        }
    }

    // Blocks on all threads, or on this one where there is too little to do.
    private void RunBlocks(int blocks, long work, Action<int, int> body)
    {
        if (work <= SmallWork)
        {
            for (int block = 0; block < blocks; block++)
            {
                body(block, 0);
            }
        }
        else
        {
            workers.Run(blocks, body);
        }
    }
}
