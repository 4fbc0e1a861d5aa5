using System.Buffers.Binary;
using System.Text;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Graph;

/// <summary>Orders kept ids by their UTF-8 bytes: a kept id's place in <see cref="Kept"/> is its integer id.</summary>
internal sealed class IdOrder
{
    private const int Ahead = 16;

    private IdOrder(int[] kept, int[] ranks)
    {
        Kept = kept;
        Ranks = ranks;
    }

    /// <summary>Interned numbers in the order of the raw ids.</summary>
    public int[] Kept { get; }

    /// <summary>The place of every interned number, −1 for those not kept.</summary>
    public int[] Ranks { get; }

    public static IdOrder Of(IIdTable table, int[] degrees, int threads)
    {
        int count = 0;
        foreach (int degree in degrees)
        {
            count += degree > 0 ? 1 : 0;
        }

        // The first eight bytes as a number decide nearly always, and numbers sort fast.
        ulong[] prefixes = new ulong[count];
        int[] kept = new int[count];
        for (int id = 0, at = 0; id < degrees.Length; id++)
        {
            if (degrees[id] > 0)
            {
                prefixes[at] = Prefix(table[id]);
                kept[at++] = id;
            }
        }

        int[] bounds = PrefixBuckets.Sort(ref prefixes, ref kept);
        int[] ranks = new int[degrees.Length];
        ranks.AsSpan().Fill(-1);
        Parallel.For(
            0,
            bounds.Length - 1,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            bucket =>
            {
                (int low, int high) = (bounds[bucket], bounds[bucket + 1]);
                Array.Sort(prefixes, kept, low, high - low);
                SortEqual(table, prefixes, kept, low, high);
                for (int rank = low; rank < high; rank++)
                {
                    ranks[kept[rank]] = rank;
                }
            }
        );
        return new IdOrder(kept, ranks);
    }

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

    private static void SortEqual(IIdTable table, ulong[] prefixes, int[] kept, int low, int high)
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
                kept.AsSpan(first, end - first).Sort((left, right) => table[left].SequenceCompareTo(table[right]));
            }

            first = end;
        }
    }

    /// <summary>The raw ids in order.</summary>
    public string[] Texts(IIdTable table, int threads)
    {
        string[] texts = new string[Kept.Length];
        const int Piece = 1 << 15;
        Parallel.For(
            0,
            (texts.Length + Piece - 1) / Piece,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            piece =>
            {
                int high = Math.Min(texts.Length, (piece + 1) * Piece);
                for (int rank = piece * Piece; rank < high; rank++)
                {
                    if (rank + Ahead < texts.Length)
                    {
                        table.Prefetch(Kept[rank + Ahead]);
                    }

                    texts[rank] = Encoding.UTF8.GetString(table[Kept[rank]]);
                }
            }
        );
        return texts;
    }
}
