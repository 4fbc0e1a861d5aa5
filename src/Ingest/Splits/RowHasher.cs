using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// The MD5 of <c>seed|user|item</c> over raw ids in UTF-8, which other engines can compute as well, for every interaction and all seeds in
/// one walk over the interactions. A key is the digest's first four bytes as a big-endian number.
/// </summary>
internal sealed class RowHasher : IDisposable
{
    private const int Piece = 256 * Md5Messages.Capacity;

    private readonly string[] userIds;
    private readonly string[] itemIds;
    private readonly int[] users;
    private readonly int[] items;
    private readonly ItemBlocks blocks;

    /// <summary>Prepares what all walks have in common.</summary>
    public RowHasher(IReadOnlyList<string> userIds, IReadOnlyList<string> itemIds, int[] users, int[] items)
    {
        this.userIds = userIds as string[] ?? [.. userIds];
        this.itemIds = itemIds as string[] ?? [.. itemIds];
        (this.users, this.items) = (users, items);
        blocks = new ItemBlocks(this.itemIds);
    }

    public void Dispose() => blocks.Dispose();

    /// <summary>Hashes every row under every seed.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="begin">Makes what takes a thread's keys.</param>
    /// <param name="end">Is called with each of those at last, one at a time.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancellation">Stops the work.</param>
    public void Run(
        IReadOnlyList<long> seeds,
        Func<IKeyTaker> begin,
        Action<IKeyTaker> end,
        int threads,
        CancellationToken cancellation
    )
    {
        byte[][] prefixes = [.. seeds.Select(Prefix)];
        int most = Md5Lanes.LongestMessage - prefixes.Select(prefix => prefix.Length).DefaultIfEmpty().Max();
        Lock gate = new();
        Parallel.For(
            0,
            (users.Length + Piece - 1) / Piece,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            () => new Workspace(new MessageHeads(), new Md5Messages(), begin()),
            (piece, _, workspace) =>
            {
                Hash(piece * Piece, Math.Min(users.Length, (piece + 1) * Piece), prefixes, most, workspace);
                return workspace;
            },
            workspace =>
            {
                workspace.Heads.Dispose();
                workspace.Messages.Dispose();
                lock (gate)
                {
                    end(workspace.Taker);
                }
            }
        );
    }

    /// <summary>Compares two rows by their whole digests.</summary>
    public int CompareDigests(long seed, int x, int y)
    {
        byte[] prefix = Prefix(seed);
        Span<byte> left = stackalloc byte[MD5.HashSizeInBytes];
        Span<byte> right = stackalloc byte[MD5.HashSizeInBytes];
        Digest(prefix, x, left);
        Digest(prefix, y, right);
        int byDigest = left.SequenceCompareTo(right);
        return byDigest != 0 ? byDigest : x.CompareTo(y);
    }

    private static byte[] Prefix(long seed) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}|"));

    [SuppressMessage("Security", "CA5351", Justification = "The digest orders rows; nothing is protected by it.")]
    private void Digest(byte[] prefix, int row, Span<byte> digest)
    {
        byte[] message =
        [
            .. prefix,
            .. Encoding.UTF8.GetBytes(userIds[users[row]]),
            (byte)'|',
            .. Encoding.UTF8.GetBytes(itemIds[items[row]]),
        ];
        MD5.HashData(message, digest);
    }

    private unsafe void Hash(int low, int high, byte[][] prefixes, int most, Workspace workspace)
    {
        List<int> others = [];
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        for (int first = low; first < high; first += Md5Messages.Capacity)
        {
            int count = Math.Min(high - first, Md5Messages.Capacity);
            others.Clear();
            Write(users.AsSpan(first, count), items.AsSpan(first, count), most, workspace, others);
            workspace.Messages.Arrange(count);
            ReadOnlySpan<int> next = items.AsSpan(first + count, Math.Min(high - first - count, Md5Messages.Capacity));
            for (int seed = 0; seed < prefixes.Length; seed++)
            {
                ReadOnlySpan<int> soon = next[
                    (next.Length * seed / prefixes.Length)..(next.Length * (seed + 1) / prefixes.Length)
                ];
                Span<uint> keys = workspace.Messages.Hash(prefixes[seed], soon, blocks.Pointer);
                foreach (int place in others)
                {
                    Digest(prefixes[seed], first + place, digest);
                    keys[place] = BinaryPrimitives.ReadUInt32BigEndian(digest);
                }

                workspace.Taker.Take(seed, first, keys);
            }
        }
    }

    /// <summary>Writes what follows the seed in the messages of neighbouring rows, and notes the places of those for which it is too long.</summary>
    private unsafe void Write(
        ReadOnlySpan<int> rowUsers,
        ReadOnlySpan<int> rowItems,
        int most,
        Workspace workspace,
        List<int> others
    )
    {
        (Md5Messages messages, MessageHeads heads) = (workspace.Messages, workspace.Heads);
        heads.Write(rowUsers, userIds);
        for (int user = 0; user < heads.Count; user++)
        {
            Vector256<byte> block = heads.BlockOf(user);
            Vector256<byte> endPlaces = heads.EndPlacesOf(user);
            int headLength = heads.LengthOf(user);
            int end = heads.StartOf(user + 1);
            for (int place = heads.StartOf(user); place < end; place++)
            {
                place = messages.WriteShort(place, end, block, headLength, endPlaces, rowItems, blocks.Pointer);
                if (place < end && !messages.Write(place, heads.TextOf(user), itemIds[rowItems[place]], most))
                {
                    others.Add(place);
                }
            }
        }
    }

    /// <summary>What a thread works with.</summary>
    private sealed record Workspace(MessageHeads Heads, Md5Messages Messages, IKeyTaker Taker);
}
