using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// The order of interactions by the MD5 of <c>seed|user|item</c> over raw ids in UTF-8, which other engines can compute as well. Eight
/// bytes of the digest decide; where they are equal, the whole digest does.
/// </summary>
internal sealed class HashOrder : IComparer<int>
{
    private const int BlockBytes = 64;
    private readonly byte[] prefix;
    private readonly IdBytes userIds;
    private readonly IdBytes itemIds;
    private readonly int[] users;
    private readonly int[] items;

    private HashOrder(long seed, IdBytes userIds, IdBytes itemIds, int[] users, int[] items)
    {
        prefix = Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{seed}|"));
        (this.userIds, this.itemIds, this.users, this.items) = (userIds, itemIds, users, items);
        Keys = GC.AllocateUninitializedArray<ulong>(users.Length);
    }

    /// <summary>The digests' first eight bytes as big-endian numbers, one an interaction.</summary>
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

    private void Hash(int low, int high)
    {
        int lanes = Md5Lanes.Lanes;
        Span<Vector<uint>> words = stackalloc Vector<uint>[16];
        Span<uint> scattered = MemoryMarshal.Cast<Vector<uint>, uint>(words);
        Span<byte> block = stackalloc byte[BlockBytes];
        Span<int> places = stackalloc int[lanes];
        int waiting = 0;
        for (int at = low; at < high; at++)
        {
            ReadOnlySpan<byte> user = userIds[users[at]];
            ReadOnlySpan<byte> item = itemIds[items[at]];
            int length = prefix.Length + user.Length + 1 + item.Length;
            if (length > Md5Lanes.LongestMessage)
            {
                Keys[at] = BinaryPrimitives.ReadUInt64BigEndian(Digest(at));
                continue;
            }

            block.Clear();
            prefix.CopyTo(block);
            user.CopyTo(block[prefix.Length..]);
            block[prefix.Length + user.Length] = (byte)'|';
            item.CopyTo(block[(prefix.Length + user.Length + 1)..]);
            block[length] = 0x80;
            BinaryPrimitives.WriteUInt32LittleEndian(block[56..], (uint)length * 8);
            ReadOnlySpan<uint> blockWords = MemoryMarshal.Cast<byte, uint>(block);
            for (int word = 0; word < 16; word++)
            {
                scattered[word * lanes + waiting] = blockWords[word];
            }

            places[waiting++] = at;
            if (waiting == lanes)
            {
                Finish(words, places[..waiting]);
                waiting = 0;
            }
        }

        Finish(words, places[..waiting]);
    }

    private void Finish(ReadOnlySpan<Vector<uint>> words, ReadOnlySpan<int> places)
    {
        Md5Lanes.Hash(words, out Vector<uint> first, out Vector<uint> second);
        for (int lane = 0; lane < places.Length; lane++)
        {
            ulong digest = ((ulong)second[lane] << 32) | first[lane];
            Keys[places[lane]] = BinaryPrimitives.ReverseEndianness(digest);
        }
    }
}
