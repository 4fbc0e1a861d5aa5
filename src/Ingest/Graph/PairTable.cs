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

    private PairTable(NativeBuffer<Entry> entries, int[] starts)
    {
        this.entries = entries;
        this.starts = starts;
        Degrees = new int[starts.Length - 1];
    }

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
    /// <param name="blocks">The rows; the list is emptied on the way, to free them.</param>
    /// <param name="users">How many users there are.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static PairTable Build(List<RowBlock> blocks, int users, int threads, CancellationToken cancellation)
    {
        int[] starts = new int[users + 1];
        foreach (RowBlock block in blocks)
        {
            foreach (int user in block.Users)
            {
                starts[user + 1]++;
            }
        }

        for (int user = 0; user < users; user++)
        {
            starts[user + 1] += starts[user];
        }

        NativeBuffer<Entry> entries = new(starts[users]);
        int[] next = starts.AsSpan(0, users).ToArray();
        int[] bounds = Partition.ByWeight(starts, threads);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        PairTable table = new(entries, starts);
        Lock gate = new();
        Parallel.For(
            0,
            bounds.Length - 1,
            parallel,
            part =>
            {
                // Every thread reads all rows and places those of its own users: reading in order is cheap, placing is not.
                (int low, int high) = (bounds[part], bounds[part + 1]);
                Span<Entry> target = entries.Span;
                foreach (RowBlock block in blocks)
                {
                    ReadOnlySpan<int> of = block.Users;
                    ReadOnlySpan<Entry> from = block.Entries;
                    for (int index = 0; index < of.Length; index++)
                    {
                        int user = of[index];
                        if (user >= low && user < high)
                        {
                            target[next[user]++] = from[index];
                        }
                    }
                }
            }
        );
        blocks.ForEach(block => block.Dispose());
        blocks.Clear();
        Parallel.For(0, bounds.Length - 1, parallel, part => table.Collapse(bounds[part], bounds[part + 1], gate));
        return table;
    }

    public void Dispose() => entries.Dispose();

    private void Collapse(int low, int high, Lock gate)
    {
        (long duplicates, long repeated, long conflicts) = (0, 0, 0);
        ulong[] keys = new ulong[64];
        Entry[] copy = new Entry[64];
        for (int user = low; user < high; user++)
        {
            int size = starts[user + 1] - starts[user];
            Span<Entry> own = entries.Span.Slice(starts[user], size);
            if (size > keys.Length)
            {
                keys = new ulong[size * 2];
                copy = new Entry[size * 2];
            }

            own.CopyTo(copy);
            for (int index = 0; index < size; index++)
            {
                keys[index] = ((ulong)(uint)own[index].Item << 32) | (uint)index;
            }

            keys.AsSpan(0, size).Sort();
            int kept = 0;
            for (int index = 0; index < size; )
            {
                int item = (int)(keys[index] >> 32);
                int end = index + 1;
                while (end < size && (int)(keys[end] >> 32) == item)
                {
                    end++;
                }

                own[kept++] =
                    end == index + 1
                        ? copy[(int)keys[index]]
                        : Choose(copy, keys.AsSpan(index, end - index), ref duplicates, ref repeated, ref conflicts);
                index = end;
            }

            Degrees[user] = kept;
        }

        lock (gate)
        {
            ExactDuplicates += duplicates;
            RepeatedPairs += repeated;
            LabelConflicts += conflicts;
        }
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
