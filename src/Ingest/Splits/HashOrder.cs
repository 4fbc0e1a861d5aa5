using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// The order of interactions by the MD5 of <c>seed|user|item</c> over raw ids in UTF-8, which other engines can compute as well. Four
/// bytes of the digest decide; where they are equal, the whole digest does.
/// </summary>
internal sealed class HashOrder : IComparer<int>, IDisposable
{
    /// <summary>The keys' leading bits that <see cref="Counts"/> are by.</summary>
    public const int BucketBits = 11;

    private const int Piece = 1 << 16;

    // Items lie anywhere; asked for this many rows ahead, they are there when their turn comes.
    private const int Ahead = 24;
    private readonly byte[] prefix;
    private readonly IdBytes userIds;
    private readonly IdBytes itemIds;
    private readonly int[] users;
    private readonly int[] items;
    private readonly NativeBuffer<uint> keys;

    private HashOrder(long seed, IdBytes userIds, IdBytes itemIds, int[] users, int[] items)
    {
        prefix = Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{seed}|"));
        (this.userIds, this.itemIds, this.users, this.items) = (userIds, itemIds, users, items);
        keys = new NativeBuffer<uint>(users.Length);
    }

    /// <summary>The digests' first four bytes as big-endian numbers, one an interaction.</summary>
    public ReadOnlySpan<uint> Keys => keys.Span;

    /// <summary>How many keys begin with each value of their leading <see cref="BucketBits"/> bits.</summary>
    public int[] Counts { get; } = new int[1 << BucketBits];

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
        _ = itemIds.Blocks();
        Lock gate = new();
        Parallel.For(
            0,
            (users.Length + Piece - 1) / Piece,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            () => new int[1 << BucketBits],
            (piece, _, counts) =>
            {
                order.Hash(piece * Piece, Math.Min(users.Length, (piece + 1) * Piece), counts);
                return counts;
            },
            counts =>
            {
                lock (gate)
                {
                    for (int bucket = 0; bucket < counts.Length; bucket++)
                    {
                        order.Counts[bucket] += counts[bucket];
                    }
                }
            }
        );
        return order;
    }

    public void Dispose() => keys.Dispose();

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

    private unsafe void Hash(int low, int high, int[] counts)
    {
        (int[] users, int[] items) = (this.users, this.items);
        Vector128<byte>* firstBlock = itemIds.Blocks().Pointer;
        int lanes = Md5Lanes.Lanes;
        byte* memory = stackalloc byte[Md5Messages.MemoryBytes];
        Md5Messages messages = new(memory);
        uint* target = keys.Pointer;
        Span<int> places = stackalloc int[lanes];
        Span<uint> digests = stackalloc uint[lanes];
        int waiting = 0;
        int sharedUser = -1;
        bool fits = false;
        for (int at = low; at < high; at++)
        {
            if (users[at] != sharedUser)
            {
                sharedUser = users[at];
                fits = messages.Share(prefix, userIds[sharedUser]);
            }

            if (Sse.IsSupported)
            {
                Sse.Prefetch0(firstBlock + items[Math.Min(at + Ahead, items.Length - 1)]);
            }

            Vector128<byte> item = firstBlock[items[at]];
            if (!fits || item == Vector128<byte>.Zero)
            {
                target[at] = BinaryPrimitives.ReadUInt32BigEndian(Digest(at));
                counts[target[at] >> (32 - BucketBits)]++;
                continue;
            }

            messages.Add(waiting, item);
            places[waiting++] = at;
            if (waiting == lanes)
            {
                Finish(ref messages, places, digests, target, counts);
                waiting = 0;
            }
        }

        Finish(ref messages, places[..waiting], digests, target, counts);
    }

    private static unsafe void Finish(
        ref Md5Messages messages,
        ReadOnlySpan<int> places,
        Span<uint> digests,
        uint* keys,
        int[] counts
    )
    {
        messages.Hash(digests);
        for (int lane = 0; lane < places.Length; lane++)
        {
            keys[places[lane]] = digests[lane];
            counts[digests[lane] >> (32 - BucketBits)]++;
        }
    }
}
