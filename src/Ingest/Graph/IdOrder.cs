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

    public static IdOrder Of(IdTable table, int[] degrees)
    {
        int count = 0;
        foreach (int degree in degrees)
        {
            count += degree > 0 ? 1 : 0;
        }

        // The first eight bytes as a number decide nearly always, and numbers sort fast.
        ulong[] prefixes = new ulong[count];
        int[] kept = new int[count];
        Span<byte> padded = stackalloc byte[8];
        for (int id = 0, at = 0; id < degrees.Length; id++)
        {
            if (degrees[id] > 0)
            {
                ReadOnlySpan<byte> key = table[id];
                padded.Clear();
                key[..Math.Min(8, key.Length)].CopyTo(padded);
                prefixes[at] = BinaryPrimitives.ReadUInt64BigEndian(padded);
                kept[at++] = id;
            }
        }

        Array.Sort(prefixes, kept);
        for (int first = 0; first < count; )
        {
            int end = first + 1;
            while (end < count && prefixes[end] == prefixes[first])
            {
                end++;
            }

            if (end > first + 1)
            {
                kept.AsSpan(first, end - first).Sort((left, right) => table[left].SequenceCompareTo(table[right]));
            }

            first = end;
        }

        int[] ranks = new int[degrees.Length];
        ranks.AsSpan().Fill(-1);
        for (int rank = 0; rank < count; rank++)
        {
            ranks[kept[rank]] = rank;
        }

        return new IdOrder(kept, ranks);
    }

    /// <summary>The raw ids in order.</summary>
    public string[] Texts(IdTable table)
    {
        string[] texts = new string[Kept.Length];
        for (int rank = 0; rank < texts.Length; rank++)
        {
            if (rank + Ahead < texts.Length)
            {
                table.Prefetch(Kept[rank + Ahead]);
            }

            texts[rank] = Encoding.UTF8.GetString(table[Kept[rank]]);
        }

        return texts;
    }
}
