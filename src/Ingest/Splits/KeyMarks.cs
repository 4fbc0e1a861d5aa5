using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Ingest.Splits;

/// <summary>A seed's rows marked by their keys: before, between or behind two windows; those within are kept with their keys.</summary>
/// <param name="windows">The windows.</param>
/// <param name="parts">The marks, an entry a row; those of rows within a window are not to be relied upon.</param>
internal sealed class KeyMarks(CutWindows windows, SplitPart[] parts)
{
    private const int Width = 16;

    /// <summary>The rows within a window, their keys in the upper half.</summary>
    public List<ulong> Near { get; } = [];

    /// <summary>How many rows' keys are lower than the first window.</summary>
    public int BelowFirst { get; private set; }

    /// <summary>How many rows' keys are lower than the second window.</summary>
    public int BelowSecond { get; private set; }

    /// <summary>The key of an entry of <see cref="Near"/>.</summary>
    public static uint KeyOf(ulong entry) => (uint)(entry >> 32);

    /// <summary>The row of an entry of <see cref="Near"/>.</summary>
    public static int RowOf(ulong entry) => (int)(uint)entry;

    /// <summary>Adds what another has found in other rows.</summary>
    public void Join(KeyMarks other)
    {
        Near.AddRange(other.Near);
        BelowFirst += other.BelowFirst;
        BelowSecond += other.BelowSecond;
    }

    /// <summary>Marks neighbouring rows. Where a key lies cannot be foretold, so only the few keys within a window are branched on.</summary>
    public void Take(int first, ReadOnlySpan<uint> keys)
    {
        ref uint key = ref MemoryMarshal.GetReference(keys);
        Span<SplitPart> marks = parts.AsSpan(first, keys.Length);
        ref byte mark = ref MemoryMarshal.GetReference(MemoryMarshal.AsBytes(marks));
        Vector256<uint> belowFirst = default;
        Vector256<uint> belowSecond = default;
        int at = 0;
        for (; at + Width <= keys.Length; at += Width)
        {
            Vector256<uint> low = Mark(
                Vector256.LoadUnsafe(ref key, (nuint)at),
                ref belowFirst,
                ref belowSecond,
                out uint lowNear
            );
            Vector256<uint> high = Mark(
                Vector256.LoadUnsafe(ref key, (nuint)at + Width / 2),
                ref belowFirst,
                ref belowSecond,
                out uint highNear
            );
            Vector256<ushort> both = Vector256.Narrow(low, high);
            Vector128.Narrow(both.GetLower(), both.GetUpper()).StoreUnsafe(ref mark, (nuint)at);
            for (uint near = lowNear | highNear << (Width / 2); near != 0; near &= near - 1)
            {
                int index = at + (int)uint.TrailingZeroCount(near);
                Near.Add((ulong)keys[index] << 32 | (uint)(first + index));
            }
        }

        BelowFirst += (int)Vector256.Sum(belowFirst);
        BelowSecond += (int)Vector256.Sum(belowSecond);
        for (; at < keys.Length; at++)
        {
            uint own = keys[at];
            (bool behindFirst, bool behindSecond) = (own > windows.First.Last, own > windows.Second.Last);
            (bool beforeFirst, bool beforeSecond) = (own < windows.First.From, own < windows.Second.From);
            marks[at] = (SplitPart)((behindFirst ? 1 : 0) + (behindSecond ? 1 : 0));
            BelowFirst += beforeFirst ? 1 : 0;
            BelowSecond += beforeSecond ? 1 : 0;
            if (!((beforeFirst || behindFirst) && (beforeSecond || behindSecond)))
            {
                Near.Add((ulong)own << 32 | (uint)(first + at));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<uint> Mark(
        Vector256<uint> keys,
        ref Vector256<uint> belowFirst,
        ref Vector256<uint> belowSecond,
        out uint near
    )
    {
        Vector256<uint> beforeFirst = Vector256.LessThan(keys, Vector256.Create(windows.First.From));
        Vector256<uint> beforeSecond = Vector256.LessThan(keys, Vector256.Create(windows.Second.From));
        Vector256<uint> behindFirst = Vector256.GreaterThan(keys, Vector256.Create(windows.First.Last));
        Vector256<uint> behindSecond = Vector256.GreaterThan(keys, Vector256.Create(windows.Second.Last));
        belowFirst -= beforeFirst;
        belowSecond -= beforeSecond;
        near = (~((beforeFirst | behindFirst) & (beforeSecond | behindSecond))).ExtractMostSignificantBits();
        return -(behindFirst + behindSecond);
    }
}
