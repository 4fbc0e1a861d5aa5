using System.Buffers.Binary;
using System.Text;
using CranePipeline.Ingest.Internals;

namespace CranePipeline.Ingest;

/// <summary>Orders raw ids by their UTF-8 bytes, and takes them in an order.</summary>
internal static class IdOrder
{
    private const int Ahead = 16;
    private const int Piece = 1 << 15;

    /// <summary>Sorts numbers by the ids they stand for.</summary>
    /// <param name="table">The ids.</param>
    /// <param name="numbers">Distinct numbers; replaced by the result or overwritten.</param>
    /// <param name="threads">How many threads to use.</param>
    public static int[] Sort(IIdTable table, int[] numbers, int threads)
    {
        // The first eight bytes as a number decide nearly always, and numbers sort fast.
        ulong[] prefixes = GC.AllocateUninitializedArray<ulong>(numbers.Length);
        Pieces(
            numbers.Length,
            threads,
            (low, high) =>
            {
                for (int at = low; at < high; at++)
                {
                    prefixes[at] = Prefix(table[numbers[at]]);
                }
            }
        );
        int[] bounds = PrefixBuckets.Sort(ref prefixes, ref numbers, threads);
        (ulong[] keys, int[] sorted) = (prefixes, numbers);
        Parallel.For(
            0,
            bounds.Length - 1,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            bucket =>
            {
                (int low, int high) = (bounds[bucket], bounds[bucket + 1]);
                Array.Sort(keys, sorted, low, high - low);
                SortEqual(table, keys, sorted, low, high);
            }
        );
        return sorted;
    }

    /// <summary>The raw ids of numbers.</summary>
    public static string[] Texts(IIdTable table, int[] numbers, int threads)
    {
        string[] texts = new string[numbers.Length];
        Pieces(
            numbers.Length,
            threads,
            (low, high) =>
            {
                for (int at = low; at < high; at++)
                {
                    if (at + Ahead < numbers.Length)
                    {
                        table.Prefetch(numbers[at + Ahead]);
                    }

                    texts[at] = Encoding.UTF8.GetString(table[numbers[at]]);
                }
            }
        );
        return texts;
    }

    private static void Pieces(int count, int threads, Action<int, int> work) =>
        Parallel.For(
            0,
            (count + Piece - 1) / Piece,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            piece => work(piece * Piece, Math.Min(count, (piece + 1) * Piece))
        );

    private static ulong Prefix(ReadOnlySpan<byte> id)
    {
        if (id.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(id);
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        id.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    private static void SortEqual(IIdTable table, ulong[] prefixes, int[] numbers, int low, int high)
    {
        for (int first = low; first < high; )
        {
            int end = first + 1;
            while (end < high && prefixes[end] == prefixes[first])
            {
                end++;
            }

            if (end > first + 1)
            {
                numbers.AsSpan(first, end - first).Sort((left, right) => table[left].SequenceCompareTo(table[right]));
            }

            first = end;
        }
    }
}
