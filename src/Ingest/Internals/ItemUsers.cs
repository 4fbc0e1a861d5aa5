using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Internals;

/// <summary>The users who are left of every item of fewer than <see cref="Bound"/> interactions.</summary>
internal sealed class ItemUsers
{
    private const int None = -1;
    private const int Together = 64;
    private readonly int[] starts;
    private readonly int[] ends;
    private readonly int[] users;

    /// <summary>Lists users.</summary>
    /// <param name="pairs">Distinct pairs.</param>
    /// <param name="degrees">For every item at least the number of its users who are left.</param>
    /// <param name="userGone">Who is not left.</param>
    /// <param name="bound">See <see cref="Bound"/>.</param>
    /// <param name="threads">How many threads to use; the users of an item are in an order that depends on their turns.</param>
    public ItemUsers(InteractionMatrix pairs, int[] degrees, bool[] userGone, long bound, int threads)
    {
        Bound = bound;
        starts = new int[degrees.Length];
        // Every pair is looked at and few are listed: a bit an item fits the cache, the lists' bounds do not.
        ulong[] listed = new ulong[degrees.Length / 64 + 1];
        int sum = 0;
        for (int item = 0; item < degrees.Length; item++)
        {
            bool few = degrees[item] < bound;
            starts[item] = few ? sum : None;
            sum += few ? degrees[item] : 0;
            listed[item / 64] |= (few ? 1UL : 0) << (item % 64);
        }

        ends = [.. starts];
        users = GC.AllocateUninitializedArray<int>(sum);
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            part =>
            {
                Span<(int Item, int User)> waiting = stackalloc (int, int)[Together];
                int count = 0;
                (int low, int high) = Partition.Evenly(userGone.Length, part, threads);
                for (int user = low; user < high; user++)
                {
                    if (userGone[user])
                    {
                        continue;
                    }

                    foreach (ref readonly Entry entry in pairs[user])
                    {
                        int item = entry.Item;
                        if ((listed[item / 64] >> (item % 64) & 1) != 0)
                        {
                            waiting[count++] = (item, user);
                            if (count == Together)
                            {
                                List(waiting);
                                count = 0;
                            }
                        }
                    }
                }

                List(waiting[..count]);
            }
        );
    }

    /// <summary>Items of as many interactions or more have no list.</summary>
    public long Bound { get; }

    /// <summary>The users of an item that has a list.</summary>
    public ReadOnlySpan<int> this[int item] => users.AsSpan(starts[item]..ends[item]);

    public bool Has(int item) => starts[item] != None;

    /// <summary>Lists users of items that lie anywhere, so all that is going to be written to is asked for beforehand.</summary>
    private unsafe void List(ReadOnlySpan<(int Item, int User)> pairs)
    {
        Span<int> places = stackalloc int[Together];
        fixed (int* end = ends)
        fixed (int* first = users)
        {
            for (int index = 0; index < pairs.Length && Sse.IsSupported; index++)
            {
                Sse.Prefetch0(end + pairs[index].Item);
            }

            for (int index = 0; index < pairs.Length; index++)
            {
                places[index] = Interlocked.Increment(ref end[pairs[index].Item]) - 1;
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(first + places[index]);
                }
            }

            for (int index = 0; index < pairs.Length; index++)
            {
                first[places[index]] = pairs[index].User;
            }
        }
    }
}
