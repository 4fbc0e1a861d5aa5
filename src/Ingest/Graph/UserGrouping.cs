using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Graph;

/// <summary>Groups the rows of one part by user. An instance is reused from part to part.</summary>
internal sealed class UserGrouping
{
    private UserKey[] keys = new UserKey[1024];
    private int[] counts = new int[1024];

    // Numbers plus one of users, by hash; at most half full.
    private int[] slots = new int[2048];
    private int[] owners = [];
    private int used;

    /// <summary>Groups rows.</summary>
    /// <param name="stores">Hold all rows.</param>
    /// <param name="items">The items' numbers.</param>
    /// <param name="part">Which part of them.</param>
    /// <param name="target">Takes as many entries, by user.</param>
    /// <returns>The users' keys, and where each one's entries begin and, behind them, end.</returns>
    public (UserKey[] Keys, int[] Starts) Group(List<RowStore> stores, ItemNumbers items, int part, Span<Entry> target)
    {
        owners = owners.Length < target.Length ? new int[target.Length] : owners;
        slots.AsSpan().Clear();
        counts.AsSpan().Clear();
        used = 0;
        int at = 0;
        foreach (RowStore store in stores)
        {
            for (int segment = 0; segment < store.SegmentsOf(part); segment++)
            {
                foreach (ref readonly UserRow row in store.Rows(part, segment))
                {
                    int user = Find(in row.User);
                    owners[at++] = user;
                    counts[user] += row.Entry.Item == UserRow.NoItem ? 0 : 1;
                }
            }
        }

        int[] starts = new int[used + 1];
        for (int user = 0; user < used; user++)
        {
            starts[user + 1] = starts[user] + counts[user];
            counts[user] = starts[user];
        }

        at = 0;
        foreach (RowStore store in stores)
        {
            int[]? numbers = items.Of(store.Items);
            for (int segment = 0; segment < store.SegmentsOf(part); segment++)
            {
                foreach (ref readonly UserRow row in store.Rows(part, segment))
                {
                    int user = owners[at++];
                    if (row.Entry.Item != UserRow.NoItem)
                    {
                        ref Entry entry = ref target[counts[user]++];
                        entry = row.Entry;
                        entry.Item = numbers is null ? entry.Item : numbers[entry.Item];
                    }
                }
            }
        }

        return (keys[..used], starts);
    }

    private int Find(in UserKey key)
    {
        int mask = slots.Length - 1;
        for (int at = (int)key.Hash & mask; ; at = (at + 1) & mask)
        {
            int user = slots[at] - 1;
            if (user < 0)
            {
                if (2 * used == slots.Length)
                {
                    Grow();
                    return Find(in key);
                }

                slots[at] = used + 1;
                keys[used] = key;
                return used++;
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
        Array.Resize(ref counts, 2 * counts.Length);
        slots = new int[2 * slots.Length];
        int mask = slots.Length - 1;
        for (int user = 0; user < used; user++)
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
