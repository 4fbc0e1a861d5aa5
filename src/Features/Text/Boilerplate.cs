using System.Runtime.InteropServices;
using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>
/// The passages that a shop repeats from description to description ("No description available", its terms of return), found by how many
/// items have the same run of words (shingles, as in Broder, 1997).
/// </summary>
/// <remarks>
/// The runs are counted in a table of fixed size under a hash. Runs that share a counter add up, so those whose counter says that enough
/// items have them are counted again, each by itself (under all 64 bits). Counts are sums of integers, so they do not depend on the
/// number of threads.
/// </remarks>
internal sealed class Boilerplate
{
    private const int CounterBits = 20;
    private const int ChunkItems = 256;

    // Runs counted by themselves at once, in 32 MB or so.
    private const int MostRuns = 1 << 20;

    private readonly int[] counters = new int[1 << CounterBits];
    private readonly HashSet<ulong> frequent = [];
    private readonly IReadOnlyList<ItemText?> texts;
    private readonly int runWords;
    private int threshold;

    private Boilerplate(IReadOnlyList<ItemText?> texts, int runWords) => (this.texts, this.runWords) = (texts, runWords);

    /// <summary>
    /// Counts the runs of all descriptions; null where nothing is to be dropped, because the settings or the texts are such.
    /// </summary>
    internal static Boilerplate? Find(
        IReadOnlyList<ItemText?> texts,
        ModalityOptions options,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation,
        int mostRuns = MostRuns
    )
    {
        if (options.BoilerplateWords == 0 || !options.Fields.Contains(TextField.Description))
        {
            return null;
        }

        var boilerplate = new Boilerplate(texts, options.BoilerplateWords);
        int described = 0;
        boilerplate.ForItems(
            "counting passages",
            (isDescribed, runs) =>
            {
                Interlocked.Add(ref described, isDescribed ? 1 : 0);
                foreach (ulong run in runs)
                {
                    Interlocked.Increment(ref boilerplate.counters[Counter(run)]);
                }
            },
            progress,
            cancellation
        );
        boilerplate.threshold = (int)
            Math.Max(options.BoilerplateItems, Math.Min(int.MaxValue, Math.Ceiling(options.BoilerplateShare * described)));
        if (boilerplate.counters.AsSpan().IndexOfAnyInRange(boilerplate.threshold, int.MaxValue) < 0)
        {
            return null;
        }

        boilerplate.CountExactly(mostRuns, progress, cancellation);
        return boilerplate.frequent.Count == 0 ? null : boilerplate;
    }

    /// <summary>Marks the words that lie in a run enough items have; says how many they are.</summary>
    internal int Mark(WordSpans words, ref GrowingList<bool> marks)
    {
        marks.Clear();
        int marked = 0;
        int until = 0;
        ReadOnlySpan<ulong> hashes = words.Hashes;
        for (int word = 0; word < hashes.Length; word++)
        {
            if (word + runWords <= hashes.Length && IsFrequent(Hash(hashes.Slice(word, runWords))))
            {
                until = word + runWords;
            }

            marks.Add(word < until);
            marked += word < until ? 1 : 0;
        }

        return marked;
    }

    private bool IsFrequent(ulong run) => counters[Counter(run)] >= threshold && frequent.Contains(run);

    /// <summary>Finds the runs that enough items have among those whose counter says so, in as many passes as memory asks for.</summary>
    private void CountExactly(int mostRuns, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        for (ulong parts = 1; ; parts *= 2)
        {
            frequent.Clear();
            ulong part = 0;
            while (part < parts && TryCount(part, parts, mostRuns, progress, cancellation))
            {
                part++;
            }

            if (part == parts)
            {
                return;
            }
        }
    }

    /// <summary>Counts a part of them; false where these are too many to hold.</summary>
    private bool TryCount(
        ulong part,
        ulong parts,
        int mostRuns,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        var counts = new Dictionary<ulong, int>();
        bool isFull = false;
        ForItems(
            "counting frequent passages",
            (_, runs) =>
            {
                if (isFull)
                {
                    return;
                }

                var suspected = new GrowingList<ulong>(16);
                foreach (ulong run in runs)
                {
                    if ((run & (parts - 1)) == part && counters[Counter(run)] >= threshold)
                    {
                        suspected.Add(run);
                    }
                }

                lock (counts)
                {
                    foreach (ulong run in suspected.Written)
                    {
                        CollectionsMarshal.GetValueRefOrAddDefault(counts, run, out _)++;
                    }

                    isFull |= counts.Count > mostRuns;
                }
            },
            progress,
            cancellation
        );
        frequent.UnionWith(counts.Where(pair => pair.Value >= threshold).Select(pair => pair.Key));
        return !isFull;
    }

    private delegate void ItemRuns(bool isDescribed, ReadOnlySpan<ulong> runs);

    /// <summary>Gives the runs of every item, each once, however often it repeats them.</summary>
    private void ForItems(string activity, ItemRuns action, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var counting = new ParallelProgress(progress, activity, "items", texts.Count);
        Parallel.For(
            0,
            (texts.Count + ChunkItems - 1) / ChunkItems,
            new ParallelOptions { CancellationToken = cancellation },
            chunk =>
            {
                int first = chunk * ChunkItems;
                int count = Math.Min(ChunkItems, texts.Count - first);
                Scan(first, count, action);
                counting.Advance(count);
            }
        );
    }

    private void Scan(int first, int count, ItemRuns action)
    {
        var words = new WordSpans();
        var runs = new GrowingList<ulong>(1024);
        var text = new CharBuffer(4096);
        for (int item = first; item < first + count; item++)
        {
            text.Truncate(0);
            ItemSentence.AppendClean(texts[item]?.Description, ref text);
            words.Scan(text.Written);
            runs.Clear();
            for (int word = 0; word + runWords <= words.Count; word++)
            {
                runs.Add(Hash(words.Hashes.Slice(word, runWords)));
            }

            Span<ulong> sorted = runs.Written;
            sorted.Sort();
            int distinct = 0;
            for (int run = 0; run < sorted.Length; run++)
            {
                if (run == 0 || sorted[run] != sorted[run - 1])
                {
                    sorted[distinct++] = sorted[run];
                }
            }

            action(text.Length > 0, sorted[..distinct]);
        }

        text.Dispose();
    }

    private static ulong Hash(ReadOnlySpan<ulong> run)
    {
        ulong hash = 0;
        foreach (ulong word in run)
        {
            hash = (hash ^ word) * 0xFF51AFD7ED558CCD;
            hash ^= hash >> 33;
        }

        return hash * 0xC4CEB9FE1A85EC53;
    }

    private static int Counter(ulong run) => (int)(run >> (64 - CounterBits));
}
