using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Tables;

/// <summary>Looks at the order of many numbers.</summary>
internal static class SortedRuns
{
    private const int Lanes = 8;

    // For every set of eight lanes its members in order, a byte each.
    private static readonly ulong[] Members = MakeMembers();

    /// <summary>Whether no value is below the one before it, and, where that is so, how many times a new value begins.</summary>
    public static bool Count<T>(ReadOnlySpan<T> values, out int runs)
        where T : unmanaged, INumber<T>
    {
        runs = values.IsEmpty ? 0 : 1;
        var at = 0;
        for (; at + Vector<T>.Count < values.Length; at += Vector<T>.Count)
        {
            var left = new Vector<T>(values[at..]);
            var right = new Vector<T>(values[(at + 1)..]);
            if (Vector.GreaterThanAny(left, right))
            {
                return false;
            }
            // Lanes that are equal are all ones, which is minus one.
            runs += Vector<T>.Count + int.CreateTruncating(Vector.Sum(Vector.Equals(left, right)));
        }
        for (; at + 1 < values.Length; at++)
        {
            if (values[at] > values[at + 1])
            {
                return false;
            }
            runs += values[at] == values[at + 1] ? 0 : 1;
        }
        return true;
    }

    /// <summary>Where every run of equal values begins; as many as there are runs.</summary>
    public static void Starts<T>(ReadOnlySpan<T> values, Span<int> starts)
        where T : unmanaged, INumber<T>
    {
        if (starts.IsEmpty)
        {
            return;
        }
        starts[0] = 0;
        // How long the next run is cannot be foretold, so nothing branches on it: more places are written than are kept.
        var run = 1;
        var at = 1;
        if (typeof(T) == typeof(int))
        {
            var ints = MemoryMarshal.Cast<T, int>(values);
            for (; at + Lanes <= ints.Length && run + Lanes <= starts.Length; at += Lanes)
            {
                var same = Vector256.Equals(Vector256.Create(ints[at..]), Vector256.Create(ints[(at - 1)..]));
                var begin = (byte)~same.ExtractMostSignificantBits();
                var lanes = Vector128.WidenLower(Vector128.CreateScalar(Members[begin]).AsByte());
                var (low, high) = Vector128.Widen(lanes);
                (Vector256.Create(low, high).AsInt32() + Vector256.Create(at)).CopyTo(starts[run..]);
                run += BitOperations.PopCount(begin);
            }
        }
        for (; run < starts.Length; at++)
        {
            starts[run] = at;
            run += values[at] == values[at - 1] ? 0 : 1;
        }
    }

    private static ulong[] MakeMembers()
    {
        var members = new ulong[1 << Lanes];
        for (var set = 0; set < members.Length; set++)
        {
            var at = 0;
            for (var lane = 0; lane < Lanes; lane++)
            {
                if ((set >> lane & 1) != 0)
                {
                    members[set] |= (ulong)lane << (8 * at++);
                }
            }
        }
        return members;
    }
}
