using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Internals;

/// <summary>Groups the rows of one part by user. An instance is reused from part to part.</summary>
internal sealed unsafe class UserGrouping
{
    // Items' ranks lie anywhere; asked for this many rows ahead, they are there when their turn comes.
    private const int Ahead = 16;
    private const int Together = 32;
    private UserKey[] keys = new UserKey[1024];

    // How many rows a user has; when they are grouped, where his end.
    private int[] ends = new int[1024];

    // Numbers plus one of users, by hash; at most half full.
    private int[] slots = new int[2048];
    private int[] owners = [];
    private Entry[] rows = [];

    /// <summary>How many users the part has.</summary>
    public int Count { get; private set; }

    /// <summary>A user's key.</summary>
    public ref readonly UserKey KeyOf(int user) => ref keys[user];

    /// <summary>A user's rows, with items by their ranks.</summary>
    public Span<Entry> RowsOf(int user)
    {
        int start = StartOf(user);
        return rows.AsSpan(start, ends[user] - start);
    }

    /// <summary>The rows of a user and of all users who follow.</summary>
    public ReadOnlySpan<Entry> RowsFrom(int user)
    {
        int start = StartOf(user);
        return rows.AsSpan(start, ends[Count - 1] - start);
    }

    /// <summary>Groups rows.</summary>
    /// <param name="stores">Hold all rows.</param>
    /// <param name="items">The items' order.</param>
    /// <param name="part">Which part of them.</param>
    public void Group(IReadOnlyList<RowStore> stores, ItemOrder items, int part)
    {
        int count = stores.Sum(store => store.CountOf(part));
        if (rows.Length < count)
        {
            rows = GC.AllocateUninitializedArray<Entry>(count + count / 8);
            owners = GC.AllocateUninitializedArray<int>(count + count / 8);
        }

        slots.AsSpan().Clear();
        ends.AsSpan().Clear();
        Count = 0;
        int read = 0;
        foreach (RowStore store in stores)
        {
            FindOwners(store, part, ref read);
        }

        int sum = 0;
        for (int user = 0; user < Count; user++)
        {
            (ends[user], sum) = (sum, sum + ends[user]);
        }

        read = 0;
        foreach (RowStore store in stores)
        {
            int[] ranks = items.Of(store.Items);
            Spread(store, ranks, part, ref read);
        }
    }

    private int StartOf(int user) => user == 0 ? 0 : ends[user - 1];

    private void FindOwners(RowStore store, int part, ref int read)
    {
        Span<int> hashes = stackalloc int[Together];
        int at = read;
        for (int block = 0; block < store.BlocksOf(part); block++)
        {
            ReadOnlySpan<UserRow> left = store.Rows(part, block);
            while (!left.IsEmpty)
            {
                // A hash takes long from its beginning to its end; those of several rows are made side by side.
                ReadOnlySpan<UserRow> own = left[..Math.Min(left.Length, Together)];
                for (int index = 0; index < own.Length; index++)
                {
                    hashes[index] = (int)own[index].User.Hash;
                }

                for (int index = 0; index < own.Length; index++)
                {
                    int user = Find(own[index].User, hashes[index]);
                    owners[at++] = user;
                    ends[user] += own[index].Entry.Item == Entry.NoItem ? 0 : 1;
                }

                left = left[own.Length..];
            }
        }

        read = at;
    }

    private void Spread(RowStore store, int[] ranks, int part, ref int read)
    {
        int at = read;
        for (int block = 0; block < store.BlocksOf(part); block++)
        {
            ReadOnlySpan<UserRow> own = store.Rows(part, block);
            for (int index = 0; index < own.Length; index++)
            {
                if (Sse.IsSupported)
                {
                    int soon = Math.Min(index + Ahead, own.Length - 1);
                    fixed (int* rank = &ranks[Math.Max(0, own[soon].Entry.Item)])
                    fixed (Entry* target = &rows[ends[owners[at + soon - index]]])
                    {
                        Sse.Prefetch0(rank);
                        Sse.Prefetch0(target);
                    }
                }

                int user = owners[at++];
                Entry entry = own[index].Entry;
                if (entry.Item != Entry.NoItem)
                {
                    entry.Item = ranks[entry.Item];
                    rows[ends[user]++] = entry;
                }
            }
        }

        read = at;
    }

    private int Find(UserKey key, int hash)
    {
        int mask = slots.Length - 1;
        for (int at = hash & mask; ; at = (at + 1) & mask)
        {
            int user = slots[at] - 1;
            if (user < 0)
            {
                if (2 * Count == slots.Length)
                {
                    Grow();
                    return Find(key, hash);
                }

                slots[at] = Count + 1;
                keys[Count] = key;
                return Count++;
            }

            if (keys[user].Is(in key))
            {
                return user;
            }
        }
    }

    private void Grow()
    {
        Array.Resize(ref keys, 2 * keys.Length);
        Array.Resize(ref ends, 2 * ends.Length);
        slots = new int[2 * slots.Length];
        int mask = slots.Length - 1;
        for (int user = 0; user < Count; user++)
        {
            int at = (int)keys[user].Hash & mask;
            while (slots[at] != 0)
            {
                at = (at + 1) & mask;
            }

            slots[at] = user + 1;
        }
    }
}
