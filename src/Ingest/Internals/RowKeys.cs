using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// The key of every interaction under a seed: XXH64 with seed 42 of <c>seed|user|item</c> over raw ids in UTF-8, read as a signed
/// 64-bit number, as Spark SQL's <c>xxhash64</c> of that string computes it.
/// </summary>
internal sealed class RowKeys : IDisposable
{
    private const long HashSeed = 42;
    private const int Piece = 1 << 17;
    private const int Block = 64;

    // Lent, as keys of one seed after another want the same memory, and fresh memory costs more than hashing.
    private readonly long[] keys;

    private RowKeys(int rows) => (keys, Length) = (ArrayPool<long>.Shared.Rent(rows), rows);

    /// <summary>How many interactions there are.</summary>
    public int Length { get; }

    /// <summary>A key an interaction.</summary>
    public Span<long> Span => keys.AsSpan(0, Length);

    /// <summary>The same for many threads.</summary>
    public ReadOnlyMemory<long> Memory => keys.AsMemory(0, Length);

    /// <summary>The key of an interaction.</summary>
    public long this[int row] => keys[row];

    /// <summary>Hashes every interaction.</summary>
    public static RowKeys Of(
        Interactions interactions,
        string[] userIds,
        string[] itemIds,
        long seed,
        int threads,
        CancellationToken cancellation
    )
    {
        (int[] users, int[] items) = (interactions.Users, interactions.Items);
        byte[] prefix = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}|"));
        Utf8Ids itemTexts = new(itemIds);
        int longestUser = userIds.Length == 0 ? 0 : userIds.Max(Encoding.UTF8.GetByteCount);
        RowKeys keys = new(users.Length);
        Parallel.For(
            0,
            (users.Length + Piece - 1) / Piece,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            piece =>
            {
                ItemTexts texts = new(itemTexts);
                // The message is written where the last one stood: what does not change from row to row stays.
                Span<byte> message = new byte[prefix.Length + longestUser + 1 + itemTexts.Longest];
                prefix.CopyTo(message);
                (int user, int start) = (-1, 0);
                int end = Math.Min(users.Length, (piece + 1) * Piece);
                Span<long> own = keys.Span;
                for (int row = piece * Piece; row < end; row++)
                {
                    int place = row % Block;
                    if (place == 0)
                    {
                        texts.Fetch(items.AsSpan(row, Math.Min(Block, end - row)));
                    }

                    if (users[row] != user)
                    {
                        user = users[row];
                        start = prefix.Length + Encoding.UTF8.GetBytes(userIds[user], message[prefix.Length..]);
                        message[start++] = (byte)'|';
                    }

                    ReadOnlySpan<byte> item = texts[place];
                    item.CopyTo(message[start..]);
                    own[row] = (long)XxHash64.HashToUInt64(message[..(start + item.Length)], HashSeed);
                }
            }
        );
        return keys;
    }

    public void Dispose() => ArrayPool<long>.Shared.Return(keys);

    /// <summary>Ids as UTF-8, one behind the other.</summary>
    private sealed class Utf8Ids
    {
        private readonly byte[] text;
        private readonly int[] starts;

        public Utf8Ids(string[] ids)
        {
            starts = new int[ids.Length + 1];
            for (int id = 0; id < ids.Length; id++)
            {
                int length = Encoding.UTF8.GetByteCount(ids[id]);
                starts[id + 1] = checked(starts[id] + length);
                Longest = Math.Max(Longest, length);
            }

            text = new byte[starts[^1]];
            for (int id = 0; id < ids.Length; id++)
            {
                Encoding.UTF8.GetBytes(ids[id], text.AsSpan(starts[id]));
            }
        }

        public int Longest { get; }

        public (int Start, int Length) Bounds(int id) => (starts[id], starts[id + 1] - starts[id]);

        public ReadOnlySpan<byte> Text((int Start, int Length) bounds) => text.AsSpan(bounds.Start, bounds.Length);
    }

    /// <summary>
    /// The texts of a block of rows, fetched together: a user's items lie far apart, and a processor waits for many places of
    /// memory at once as long as it has nothing else to do, but for one at a time between hashes. Hashing took three times as long
    /// without.
    /// </summary>
    private sealed class ItemTexts(Utf8Ids ids)
    {
        private readonly (int Start, int Length)[] bounds = new (int, int)[Block];
        private readonly byte[] texts = new byte[Block * ids.Longest];

        public ReadOnlySpan<byte> this[int place] => texts.AsSpan(place * ids.Longest, bounds[place].Length);

        public void Fetch(ReadOnlySpan<int> items)
        {
            for (int place = 0; place < items.Length; place++)
            {
                bounds[place] = ids.Bounds(items[place]);
            }

            for (int place = 0; place < items.Length; place++)
            {
                ids.Text(bounds[place]).CopyTo(texts.AsSpan(place * ids.Longest));
            }
        }
    }
}
