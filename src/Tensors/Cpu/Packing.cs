using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// Operands of a product rearranged into the order in which the register tile reads them. The depth is cut into blocks; within
/// one, panel follows panel, and within a panel the elements of one depth stand together. Short panels are filled with zeros.
/// </summary>
internal sealed unsafe class Packing(Kernel kernel)
{
    public const int DepthBlock = 256;
    private const int TileRows = Kernel.TileRows;

    // Rows of the source that are copied together, so that what is read of each is more than one cache line and still fits the first
    // cache.
    private const int RowsTogether = 8;

    private readonly int tileColumns = kernel.TileColumns;

    public int RoundUpColumns(int columns) => (columns + tileColumns - 1) / tileColumns * tileColumns;

    public static int RoundUpRows(int rows) => (rows + TileRows - 1) / TileRows * TileRows;

    /// <summary>Packs one depth block of the right-hand operand, <c>[depth × columns]</c>.</summary>
    public void PackRight(View b, float* packed)
    {
        int whole = b.ColumnStride == 1 ? b.Columns / tileColumns * tileColumns : 0;
        for (int p = 0; p < b.Rows; p += RowsTogether)
        {
            int rows = Math.Min(RowsTogether, b.Rows - p);
            for (int column = 0; column < whole; column += tileColumns)
            {
                float* target = packed + ((long)column * b.Rows) + ((long)p * tileColumns);
                kernel.CopyColumns(b.Data + (p * b.RowStride) + column, b.RowStride, rows, target);
            }
        }

        for (int column = whole; column < b.Columns; column += tileColumns)
        {
            PackPanel(b, column, Math.Min(tileColumns, b.Columns - column), tileColumns, packed + ((long)column * b.Rows));
        }
    }

    /// <summary>Packs one depth block of the left-hand operand, <c>[rows × depth]</c>.</summary>
    public static void PackLeft(View a, float* packed)
    {
        int whole = a.RowStride == 1 ? a.Rows / TileRows * TileRows : 0;
        for (int p = 0; p < a.Columns; p += RowsTogether)
        {
            int depths = Math.Min(RowsTogether, a.Columns - p);
            for (int row = 0; row < whole; row += TileRows)
            {
                float* source = a.Data + row + (p * a.ColumnStride);
                float* target = packed + ((long)row * a.Columns) + ((long)p * TileRows);
                for (int i = 0; i < depths; i++)
                {
                    // Six floats.
                    Vector128.Load(source).Store(target);
                    Unsafe.WriteUnaligned(target + 4, Unsafe.ReadUnaligned<long>(source + 4));
                    source += a.ColumnStride;
                    target += TileRows;
                }
            }
        }

        for (int row = whole; row < a.Rows; row += TileRows)
        {
            PackPanel(a.Transposed, row, Math.Min(TileRows, a.Rows - row), TileRows, packed + ((long)row * a.Columns));
        }
    }

    // Columns first … first + count − 1 of b, width to a depth.
    private static void PackPanel(View b, int first, int count, int width, float* packed)
    {
        if (count < width)
        {
            new Span<float>(packed, b.Rows * width).Clear();
        }

        for (int j = 0; j < count; j++)
        {
            float* source = b.Data + ((first + j) * b.ColumnStride);
            float* target = packed + j;
            for (int p = 0; p < b.Rows; p++)
            {
                *target = *source;
                source += b.RowStride;
                target += width;
            }
        }
    }
}
