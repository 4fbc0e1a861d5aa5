using System.Runtime.InteropServices;

namespace CranePipeline.Ingest.Splits;

/// <summary>
/// Cuts interactions at two ranks of their order by hash without sorting them, and without keeping their keys: most are marked as soon as they
/// are hashed, and only those near a cut are kept and put in order.
/// </summary>
internal sealed class RankCut
{
    // One cut in 500 million is not within; those are made again.
    private const double Deviations = 6;
    private readonly RowHasher hasher;
    private readonly int firstCut;
    private readonly int secondCut;
    private readonly int threads;
    private readonly CancellationToken cancellation;

    private RankCut(RowHasher hasher, int firstCut, int secondCut, int threads, CancellationToken cancellation)
    {
        (this.hasher, this.firstCut, this.secondCut) = (hasher, firstCut, secondCut);
        (this.threads, this.cancellation) = (threads, cancellation);
    }

    /// <summary>Marks each row, a seed after another, by whether its rank is below the first cut, below the second, or not.</summary>
    /// <param name="hasher">Hashes the rows.</param>
    /// <param name="seeds">The seeds.</param>
    /// <param name="firstCut">A rank up to the number of rows.</param>
    /// <param name="secondCut">A rank no lower.</param>
    /// <param name="parts">For every seed an entry a row.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <param name="deviations">How far from where it should lie a cut is looked for first, in standard deviations.</param>
    /// <returns>How many seeds took a second walk.</returns>
    public static int Mark(
        RowHasher hasher,
        IReadOnlyList<long> seeds,
        int firstCut,
        int secondCut,
        IReadOnlyList<SplitPart[]> parts,
        int threads,
        CancellationToken cancellation,
        double deviations = Deviations
    )
    {
        if (parts.Count == 0 || parts[0].Length == 0)
        {
            return 0;
        }

        RankCut cut = new(hasher, firstCut, secondCut, threads, cancellation);
        int[] missed = cut.Walk(seeds, parts, CutWindows.About(parts[0].Length, firstCut, secondCut, deviations));
        // One by one, as such a walk keeps every key.
        foreach (int seed in missed)
        {
            if (cut.Walk([seeds[seed]], [parts[seed]], CutWindows.Whole).Length > 0)
            {
                throw new InvalidOperationException("A cut lies outside all keys.");
            }
        }

        return missed.Length;
    }

    /// <summary>Marks the rows of those seeds whose cuts lie within the windows, and returns the others' places.</summary>
    private int[] Walk(IReadOnlyList<long> seeds, IReadOnlyList<SplitPart[]> parts, CutWindows windows)
    {
        KeyMarks[] all = [.. parts.Select(marks => new KeyMarks(windows, marks))];
        hasher.Run(
            seeds,
            () => new Marker([.. parts.Select(marks => new KeyMarks(windows, marks))]),
            taker =>
            {
                for (int seed = 0; seed < all.Length; seed++)
                {
                    all[seed].Join(((Marker)taker).Marks[seed]);
                }
            },
            threads,
            cancellation
        );
        bool[] settled = new bool[seeds.Count];
        Parallel.For(
            0,
            seeds.Count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            seed => settled[seed] = Settle(all[seed], windows, seeds[seed], parts[seed])
        );
        return [.. Enumerable.Range(0, settled.Length).Where(seed => !settled[seed])];
    }

    /// <summary>Marks the rows within the windows by their exact ranks.</summary>
    /// <returns>Whether the cuts lie within them, so that all others are marked rightly as well.</returns>
    private bool Settle(KeyMarks marks, CutWindows windows, long seed, SplitPart[] parts)
    {
        Span<ulong> near = CollectionsMarshal.AsSpan(marks.Near);
        near.Sort();
        bool one = windows.First == windows.Second;
        int inFirst = one ? near.Length : CountUpTo(near, windows.First.Last);
        int firstPlace = firstCut - marks.BelowFirst;
        int secondPlace = one ? secondCut - marks.BelowFirst : secondCut - marks.BelowSecond + inFirst;
        bool holds = firstPlace >= 0 && firstPlace <= inFirst && secondPlace >= (one ? 0 : inFirst) && secondPlace <= near.Length;
        if (holds)
        {
            OrderTies(near, firstPlace, seed);
            OrderTies(near, secondPlace, seed);
            for (int place = 0; place < near.Length; place++)
            {
                parts[(int)(uint)near[place]] =
                    place < firstPlace ? SplitPart.Train
                    : place < secondPlace ? SplitPart.Valid
                    : SplitPart.Test;
            }
        }

        return holds;
    }

    /// <summary>Orders rows of one key by their whole digests if a cut goes through them; elsewhere their order changes nothing.</summary>
    private void OrderTies(Span<ulong> near, int place, long seed)
    {
        if (place == 0 || place == near.Length || near[place] >> 32 != near[place - 1] >> 32)
        {
            return;
        }

        uint key = KeyMarks.KeyOf(near[place]);
        int low = key == 0 ? 0 : CountUpTo(near, key - 1);
        int high = CountUpTo(near, key);
        near[low..high].Sort((x, y) => hasher.CompareDigests(seed, KeyMarks.RowOf(x), KeyMarks.RowOf(y)));
    }

    private static int CountUpTo(ReadOnlySpan<ulong> sorted, uint key)
    {
        (int low, int high) = (0, sorted.Length);
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            (low, high) = KeyMarks.KeyOf(sorted[middle]) <= key ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private sealed class Marker(KeyMarks[] marks) : IKeyTaker
    {
        public KeyMarks[] Marks => marks;

        public void Take(int seed, int first, ReadOnlySpan<uint> keys) => marks[seed].Take(first, keys);
    }
}
