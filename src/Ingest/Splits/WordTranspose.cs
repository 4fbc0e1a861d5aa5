using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Splits;

/// <summary>Turns messages that lie one after another into words by lanes.</summary>
internal static unsafe class WordTranspose
{
    /// <summary>Words of a row.</summary>
    public const int Words = RowBytes / sizeof(uint);

    private const int RowBytes = 32;

    /// <summary>Puts word j of row r into lane r mod w of column j of group r / w, where w is a vector's width.</summary>
    /// <param name="rows">Rows of eight words, 32-byte aligned, up to a whole group.</param>
    /// <param name="columns">Eight vectors a group.</param>
    /// <param name="count">How many rows there are.</param>
    public static void Run(byte* rows, Vector<uint>* columns, int count)
    {
        int lanes = Vector<uint>.Count;
        for (int row = 0; row < count; row += lanes)
        {
            uint* source = (uint*)(rows + row * RowBytes);
            uint* target = (uint*)(columns + row / lanes * Words);
            if (Avx2.IsSupported && lanes == Vector256<uint>.Count)
            {
                Transpose(source, target);
                continue;
            }

            for (int lane = 0; lane < lanes; lane++)
            {
                for (int word = 0; word < Words; word++)
                {
                    target[word * lanes + lane] = source[lane * Words + word];
                }
            }
        }
    }

    /// <summary>Eight words of eight rows.</summary>
    private static void Transpose(uint* rows, uint* columns)
    {
        (Vector256<ulong> a0, Vector256<ulong> a1, Vector256<ulong> a2, Vector256<ulong> a3) = Four(rows);
        (Vector256<ulong> b0, Vector256<ulong> b1, Vector256<ulong> b2, Vector256<ulong> b3) = Four(rows + 4 * Words);
        Store(a0, b0, columns, 0);
        Store(a1, b1, columns, 1);
        Store(a2, b2, columns, 2);
        Store(a3, b3, columns, 3);
    }

    /// <summary>Of four rows words 0 and 4, 1 and 5, 2 and 6, 3 and 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<ulong>, Vector256<ulong>, Vector256<ulong>, Vector256<ulong>) Four(uint* rows)
    {
        Vector256<uint> row0 = Vector256.LoadAligned(rows);
        Vector256<uint> row1 = Vector256.LoadAligned(rows + Words);
        Vector256<uint> row2 = Vector256.LoadAligned(rows + 2 * Words);
        Vector256<uint> row3 = Vector256.LoadAligned(rows + 3 * Words);
        Vector256<ulong> low01 = Avx2.UnpackLow(row0, row1).AsUInt64();
        Vector256<ulong> low23 = Avx2.UnpackLow(row2, row3).AsUInt64();
        Vector256<ulong> high01 = Avx2.UnpackHigh(row0, row1).AsUInt64();
        Vector256<ulong> high23 = Avx2.UnpackHigh(row2, row3).AsUInt64();
        return (
            Avx2.UnpackLow(low01, low23),
            Avx2.UnpackHigh(low01, low23),
            Avx2.UnpackLow(high01, high23),
            Avx2.UnpackHigh(high01, high23)
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<ulong> first, Vector256<ulong> second, uint* columns, int word)
    {
        Avx2.Permute2x128(first, second, 0x20).AsUInt32().StoreAligned(columns + word * 8);
        Avx2.Permute2x128(first, second, 0x31).AsUInt32().StoreAligned(columns + (word + 4) * 8);
    }
}
