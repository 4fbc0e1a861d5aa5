using System.Runtime.Intrinsics.X86;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Graph;

/// <summary>
/// Distinct (user, item) pairs by user, by ascending item within a user.
/// </summary>
internal sealed class PairTable : IDisposable
{
    private readonly NativeBuffer<Entry> entries;
    private readonly int[] starts;

    private PairTable(NativeBuffer<Entry> entries, int[] starts, UserTable users)
    {
        this.entries = entries;
        this.starts = starts;
        Users = users;
        Degrees = new int[users.Count];
    }

    /// <summary>The users.</summary>
    public UserTable Users { get; }

    /// <summary>Every user's number of distinct items.</summary>
    public int[] Degrees { get; }

    /// <summary>A user's pairs.</summary>
    public ReadOnlySpan<Entry> this[int user] => entries.Span.Slice(starts[user], Degrees[user]);

    /// <summary>Asks for the pairs of a user who comes soon.</summary>
    public unsafe void Prefetch(int user)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(entries.Pointer + starts[user]);
        }
    }

    public long ExactDuplicates { get; private set; }

    public long RepeatedPairs { get; private set; }

    public long LabelConflicts { get; private set; }

    /// <summary>Groups rows by user and lets the earliest stand for each pair.</summary>
    /// <param name="stores">The rows; they are freed on the way and the list is emptied.</param>
    /// <param name="longUsers">Has the user ids that do not fit their keys.</param>
    /// <param name="items">The items' numbers.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static PairTable Build(
        List<RowStore> stores,
        IdTable longUsers,
        ItemNumbers items,
        int threads,
        CancellationToken cancellation
    )
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        int[] bounds = new int[UserRow.Partitions + 1];
        for (int part = 0; part < UserRow.Partitions; part++)
        {
            bounds[part + 1] = bounds[part] + stores.Sum(store => store.CountOf(part));
        }

        NativeBuffer<Entry> entries = new(bounds[^1]);
        (UserKey[] Keys, int[] Starts)[] groups = new (UserKey[], int[])[UserRow.Partitions];
        Parallel.For(
            0,
            groups.Length,
            parallel,
            () => new UserGrouping(),
            (part, _, grouping) =>
            {
                groups[part] = grouping.Group(stores, items, part, entries.Span[bounds[part]..bounds[part + 1]]);
                return grouping;
            },
            _ => { }
        );
        stores.ForEach(store => store.Dispose());
        stores.Clear();
        int[] firsts = new int[groups.Length + 1];
        for (int part = 0; part < groups.Length; part++)
        {
            firsts[part + 1] = firsts[part] + groups[part].Keys.Length;
        }

        int[] starts = new int[firsts[^1] + 1];
        PairTable table = new(entries, starts, new UserTable(firsts[^1], longUsers));
        Lock gate = new();
        Parallel.For(
            0,
            groups.Length,
            parallel,
            part =>
            {
                (UserKey[] keys, int[] own) = groups[part];
                keys.CopyTo(table.Users.Keys[firsts[part]..]);
                table.Collapse(firsts[part], bounds[part], own, gate);
                groups[part] = ([], []);
            }
        );
        return table;
    }

    public void Dispose()
    {
        entries.Dispose();
        Users.Dispose();
    }

    private void Collapse(int firstUser, int firstEntry, int[] own, Lock gate)
    {
        (long duplicates, long repeated, long conflicts) = (0, 0, 0);
        ulong[] keys = new ulong[64];
        Entry[] copy = new Entry[64];
        for (int index = 0; index + 1 < own.Length; index++)
        {
            int size = own[index + 1] - own[index];
            int start = firstEntry + own[index];
            starts[firstUser + index] = start;
            if (size > keys.Length)
            {
                keys = new ulong[size * 2];
                copy = new Entry[size * 2];
            }

            Degrees[firstUser + index] =
                size < 2
                    ? size
                    : Collapse(entries.Span.Slice(start, size), copy, keys, ref duplicates, ref repeated, ref conflicts);
        }

        lock (gate)
        {
            ExactDuplicates += duplicates;
            RepeatedPairs += repeated;
            LabelConflicts += conflicts;
        }
    }

    private static int Collapse(
        Span<Entry> own,
        Entry[] copy,
        ulong[] keys,
        ref long duplicates,
        ref long repeated,
        ref long conflicts
    )
    {
        own.CopyTo(copy);
        for (int index = 0; index < own.Length; index++)
        {
            keys[index] = ((ulong)(uint)own[index].Item << 32) | (uint)index;
        }

        keys.AsSpan(0, own.Length).Sort();
        int kept = 0;
        for (int index = 0; index < own.Length; )
        {
            int item = (int)(keys[index] >> 32);
            int end = index + 1;
            while (end < own.Length && (int)(keys[end] >> 32) == item)
            {
                end++;
            }

            own[kept++] =
                end == index + 1
                    ? copy[(int)keys[index]]
                    : Choose(copy, keys.AsSpan(index, end - index), ref duplicates, ref repeated, ref conflicts);
            index = end;
        }

        return kept;
    }

    private static Entry Choose(Entry[] entries, Span<ulong> keys, ref long duplicates, ref long repeated, ref long conflicts)
    {
        // Sorted, so that equal rows are neighbours; groups are small.
        keys.Sort(
            (left, right) =>
                entries[(int)left].Precedes(entries[(int)right]) ? -1
                : entries[(int)right].Precedes(entries[(int)left]) ? 1
                : 0
        );
        Entry first = entries[(int)keys[0]];
        bool conflict = false;
        for (int index = 1; index < keys.Length; index++)
        {
            Entry entry = entries[(int)keys[index]];
            if (entry.Repeats(entries[(int)keys[index - 1]]))
            {
                duplicates++;
            }
            else
            {
                repeated++;
            }

            conflict |= entry.Label != first.Label;
        }

        conflicts += conflict ? 1 : 0;
        return first;
    }
}
