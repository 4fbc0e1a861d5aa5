using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Splits;

/// <summary>Picks a part's values out of a column. Which part comes next cannot be foretold, so nothing here branches on it.</summary>
internal static class PartRows
{
    private const int Width = 8;

    // For every set of eight lanes the places of its members, in order.
    private static readonly int[] Places = MakePlaces();

    /// <summary>Takes the values of a part's rows from two columns, in one walk over the parts.</summary>
    /// <param name="parts">A part a row.</param>
    /// <param name="part">The part.</param>
    /// <param name="first">A value a row.</param>
    /// <param name="second">A value a row.</param>
    /// <param name="takenFirst">No more values than the part has rows.</param>
    /// <param name="takenSecond">As many.</param>
    /// <returns>How many rows were looked at.</returns>
    public static int Take(
        ReadOnlySpan<SplitPart> parts,
        SplitPart part,
        ReadOnlySpan<int> first,
        ReadOnlySpan<int> second,
        Span<int> takenFirst,
        Span<int> takenSecond
    )
    {
        int row = 0;
        int at = 0;
        if (Avx2.IsSupported)
        {
            ref byte marks = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(parts));
            ref int firsts = ref MemoryMarshal.GetReference(first);
            ref int seconds = ref MemoryMarshal.GetReference(second);
            ref int firstTarget = ref MemoryMarshal.GetReference(takenFirst);
            ref int secondTarget = ref MemoryMarshal.GetReference(takenSecond);
            ref int places = ref MemoryMarshal.GetArrayDataReference(Places);
            Vector128<byte> wanted = Vector128.Create((byte)part);
            // Eight values are stored whatever is kept of them, so the last ones are left to the loop below.
            for (; row + 2 * Width <= parts.Length && at + 2 * Width <= takenFirst.Length; row += 2 * Width)
            {
                uint kept = Vector128.Equals(Vector128.LoadUnsafe(ref marks, (nuint)row), wanted).ExtractMostSignificantBits();
                for (int half = 0; half < 2; half++)
                {
                    uint own = (kept >> (Width * half)) & 0xFF;
                    nuint from = (nuint)(row + Width * half);
                    Vector256<int> order = Vector256.LoadUnsafe(ref places, Width * own);
                    Avx2.PermuteVar8x32(Vector256.LoadUnsafe(ref firsts, from), order).StoreUnsafe(ref firstTarget, (nuint)at);
                    Avx2.PermuteVar8x32(Vector256.LoadUnsafe(ref seconds, from), order).StoreUnsafe(ref secondTarget, (nuint)at);
                    at += BitOperations.PopCount(own);
                }
            }
        }

        for (; at < takenFirst.Length; row++)
        {
            takenFirst[at] = first[row];
            takenSecond[at] = second[row];
            at += parts[row] == part ? 1 : 0;
        }

        return row;
    }

    private static int[] MakePlaces()
    {
        int[] places = new int[Width << Width];
        for (int set = 0; set < 1 << Width; set++)
        {
            int at = Width * set;
            for (int lane = 0; lane < Width; lane++)
            {
                if ((set >> lane & 1) != 0)
                {
                    places[at++] = lane;
                }
            }
        }

        return places;
    }
}
