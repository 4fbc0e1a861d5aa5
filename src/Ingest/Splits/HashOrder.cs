using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// The order of interactions by the MD5 of <c>seed|user|item</c> over raw ids in UTF-8, which other engines can compute as well. Eight
/// bytes of the digest decide; where they are equal, the whole digest does.
/// </summary>
internal sealed class HashOrder : IComparer<int>, IDisposable
{
    private const int BlockBytes = 64;

    // Items lie anywhere; asked for this many rows ahead, they are there when their turn comes.
    private const int Ahead = 24;

    // Five words from here on must lie before the length in the block's last two.
    private const int LongestShared = 39;
    private readonly byte[] prefix;
    private readonly IdBytes userIds;
    private readonly IdBytes itemIds;
    private readonly Vector128<byte>[] itemBlocks;
    private readonly int[] users;
    private readonly int[] items;

    private HashOrder(long seed, IdBytes userIds, IdBytes itemIds, int[] users, int[] items)
    {
        prefix = Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{seed}|"));
        (this.userIds, this.itemIds, this.users, this.items) = (userIds, itemIds, users, items);
        itemBlocks = itemIds.Blocks();
        Keys = ArrayPool<ulong>.Shared.Rent(users.Length);
    }

    /// <summary>The digests' first eight bytes as big-endian numbers, one an interaction and perhaps more room behind them.</summary>
    public ulong[] Keys { get; }

    /// <summary>Hashes every interaction.</summary>
    public static HashOrder Of(
        long seed,
        IdBytes userIds,
        IdBytes itemIds,
        int[] users,
        int[] items,
        int threads,
        CancellationToken cancellation
    )
    {
        HashOrder order = new(seed, userIds, itemIds, users, items);
        const int Piece = 1 << 16;
        Parallel.For(
            0,
            (users.Length + Piece - 1) / Piece,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            piece => order.Hash(piece * Piece, Math.Min(users.Length, (piece + 1) * Piece))
        );
        return order;
    }

    public void Dispose() => ArrayPool<ulong>.Shared.Return(Keys);

    /// <summary>Compares two interactions by their digests.</summary>
    public int Compare(int x, int y)
    {
        int byKey = Keys[x].CompareTo(Keys[y]);
        if (byKey != 0 || x == y)
        {
            return byKey;
        }

        int byDigest = Digest(x).AsSpan().SequenceCompareTo(Digest(y));
        return byDigest != 0 ? byDigest : x.CompareTo(y);
    }

    [SuppressMessage("Security", "CA5351", Justification = "The digest orders rows; nothing is protected by it.")]
    private byte[] Digest(int interaction)
    {
        byte[] message = [.. prefix, .. userIds[users[interaction]], (byte)'|', .. itemIds[items[interaction]]];
        return MD5.HashData(message);
    }

    private unsafe void Hash(int low, int high)
    {
        int width = Vector<uint>.Count;
        int lanes = Md5Lanes.Lanes;
        (int[] users, int[] items, ulong[] keys) = (this.users, this.items, Keys);
        Vector128<byte>[] blocks = itemBlocks;
        Span<Vector<uint>> words = stackalloc Vector<uint>[32];
        int* places = stackalloc int[lanes];
        // What a user's messages share is laid out once; an item is laid over it in registers.
        uint* shared = stackalloc uint[16];
        int waiting = 0;
        int sharedUser = -1;
        int sharedLength = 0;
        fixed (Vector<uint>* lanesOfWords = words)
        {
            uint* scattered = (uint*)lanesOfWords;
            for (int at = low; at < high; at++)
            {
                if (users[at] != sharedUser)
                {
                    sharedUser = users[at];
                    sharedLength = Share(sharedUser, new Span<byte>(shared, BlockBytes));
                }

                if (Sse.IsSupported)
                {
                    int coming = items[Math.Min(at + Ahead, items.Length - 1)];
                    Sse.Prefetch0(Unsafe.AsPointer(ref blocks[coming]));
                }

                Vector128<byte> item = blocks[items[at]];
                ulong head = item.AsUInt64().ToScalar();
                ulong tail = item.AsUInt64().GetElement(1);
                // The end mark is the last byte that is not zero.
                int length =
                    sharedLength
                    + (tail != 0 ? 15 - BitOperations.LeadingZeroCount(tail) / 8 : 7 - BitOperations.LeadingZeroCount(head) / 8);
                if (sharedLength > LongestShared || (head | tail) == 0 || length > Md5Lanes.LongestMessage)
                {
                    keys[at] = BinaryPrimitives.ReadUInt64BigEndian(Digest(at));
                    continue;
                }

                uint* target = scattered + (waiting < width ? waiting : 15 * width + waiting);
                for (int word = 0; word < 14; word++)
                {
                    target[word * width] = shared[word];
                }

                target[14 * width] = (uint)length * 8;
                target[15 * width] = 0;
                uint over = 0;
                int shift = 8 * (sharedLength & 3);
                if (shift != 0)
                {
                    over = (uint)(tail >> (64 - shift));
                    tail = (tail << shift) | (head >> (64 - shift));
                    head <<= shift;
                }

                int first = sharedLength >> 2;
                target += first * width;
                target[0] = shared[first] | (uint)head;
                target[width] = (uint)(head >> 32);
                target[2 * width] = (uint)tail;
                target[3 * width] = (uint)(tail >> 32);
                target[4 * width] = over;

                places[waiting++] = at;
                if (waiting == lanes)
                {
                    Finish(words, new ReadOnlySpan<int>(places, waiting));
                    waiting = 0;
                }
            }
        }

        Finish(words, new ReadOnlySpan<int>(places, waiting));
    }

    /// <summary>Lays out <c>seed|user|</c> with zeros behind it.</summary>
    /// <returns>Its length; where that does not fit, nothing is laid out.</returns>
    private int Share(int user, Span<byte> block)
    {
        ReadOnlySpan<byte> id = userIds[user];
        int length = prefix.Length + id.Length + 1;
        if (length <= LongestShared)
        {
            block.Clear();
            prefix.CopyTo(block);
            id.CopyTo(block[prefix.Length..]);
            block[length - 1] = (byte)'|';
        }

        return length;
    }

    private void Finish(ReadOnlySpan<Vector<uint>> words, ReadOnlySpan<int> places)
    {
        Span<Vector<uint>> digests = stackalloc Vector<uint>[4];
        Md5Lanes.Hash(words, digests);
        ReadOnlySpan<uint> halves = MemoryMarshal.Cast<Vector<uint>, uint>(digests);
        int width = Vector<uint>.Count;
        for (int lane = 0; lane < places.Length; lane++)
        {
            int at = lane < width ? lane : width + lane;
            Keys[places[lane]] = BinaryPrimitives.ReverseEndianness(((ulong)halves[at + width] << 32) | halves[at]);
        }
    }
}
