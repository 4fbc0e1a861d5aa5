using CranePipeline.Tables;

namespace CranePipeline.Features;

/// <summary>
/// The passages that a shop repeats from description to description ("No description available", its terms of return), found by how many
/// items have the same run of words (shingles, as in Broder, 1997).
/// </summary>
/// <remarks>
/// The runs are counted in a table of fixed size under a hash. Two runs that share a counter add up, which on average adds a
/// description's words divided by a million to a run's share of the items: far below any share that makes a passage boilerplate.
/// Counts are sums of integers, so they do not depend on the number of threads.
/// </remarks>
internal sealed class Boilerplate
{
    private const int CounterBits = 20;
    private const int ChunkItems = 256;

    private readonly int[] counters = new int[1 << CounterBits];
    private readonly int runWords;
    private int threshold;

    private Boilerplate(int runWords) => this.runWords = runWords;

    /// <summary>
    /// Counts the runs of all descriptions; null where nothing is to be dropped, because the settings or the texts are such.
    /// </summary>
    internal static Boilerplate? Find(
        IReadOnlyList<ItemText?> texts,
        ModalityOptions options,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (options.BoilerplateWords == 0 || !options.Fields.Contains(TextField.Description))
        {
            return null;
        }

        var boilerplate = new Boilerplate(options.BoilerplateWords);
        int items = texts.Count;
        int described = 0;
        var counting = new ParallelProgress(progress, "counting passages", "items", items);
        Parallel.For(
            0,
            (items + ChunkItems - 1) / ChunkItems,
            new ParallelOptions { CancellationToken = cancellation },
            chunk =>
            {
                int first = chunk * ChunkItems;
                int count = Math.Min(ChunkItems, items - first);
                Interlocked.Add(ref described, boilerplate.Count(texts, first, count));
                counting.Advance(count);
            }
        );
        boilerplate.threshold = (int)
            Math.Max(options.BoilerplateItems, Math.Min(int.MaxValue, Math.Ceiling(options.BoilerplateShare * described)));
        return boilerplate.counters.AsSpan().IndexOfAnyInRange(boilerplate.threshold, int.MaxValue) < 0 ? null : boilerplate;
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
            if (word + runWords <= hashes.Length && counters[Counter(hashes.Slice(word, runWords))] >= threshold)
            {
                until = word + runWords;
            }

            marks.Add(word < until);
            marked += word < until ? 1 : 0;
        }

        return marked;
    }

    private int Count(IReadOnlyList<ItemText?> texts, int first, int count)
    {
        var words = new WordSpans();
        var runs = new GrowingList<int>(1024);
        var text = new CharBuffer(4096);
        int described = 0;
        for (int item = first; item < first + count; item++)
        {
            text.Truncate(0);
            ItemSentence.AppendClean(texts[item]?.Description, ref text);
            described += text.Length > 0 ? 1 : 0;
            words.Scan(text.Written);
            runs.Clear();
            for (int word = 0; word + runWords <= words.Count; word++)
            {
                runs.Add(Counter(words.Hashes.Slice(word, runWords)));
            }

            // An item counts once for a run, however often it repeats it.
            Span<int> sorted = runs.Written;
            sorted.Sort();
            for (int run = 0; run < sorted.Length; run++)
            {
                if (run == 0 || sorted[run] != sorted[run - 1])
                {
                    Interlocked.Increment(ref counters[sorted[run]]);
                }
            }
        }

        text.Dispose();
        return described;
    }

    private static int Counter(ReadOnlySpan<ulong> run)
    {
        ulong hash = 0;
        foreach (ulong word in run)
        {
            hash = (hash ^ word) * 0xFF51AFD7ED558CCD;
            hash ^= hash >> 33;
        }

        return (int)((hash * 0xC4CEB9FE1A85EC53) >> (64 - CounterBits));
    }
}
